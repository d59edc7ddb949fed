package io.purgewise.examples.modulepath;

import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.Router;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.HttpFakeCloudFront;
import io.purgewise.testkit.SiteInMemory;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

/** Clears a page through the AWS SDK at a fake CloudFront, and says which modules did it. */
public final class ProductSaved {

    private ProductSaved() {}

    /**
     * Clears a page and prints what was sent.
     *
     * @param args none
     * @throws InterruptedException never, since nothing really waits
     */
    public static void main(String[] args) throws InterruptedException {
        run(System.out);
    }

    static void run(PrintStream out) throws InterruptedException {
        SiteInMemory shop = SiteInMemory.builder()
                .page(Router.APP_PAGE, "/products/7", "products")
                .build();
        try (HttpFakeCloudFront server = HttpFakeCloudFront.start(shop.cloudFront());
                CloudFrontClient client = CloudFrontClient.builder()
                        .endpointOverride(server.endpoint())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(AnonymousCredentialsProvider.create())
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build()) {
            SplittableRandom random = new SplittableRandom(1);
            InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                            new CloudFrontCdn(client), new Ambient(shop.clock(), shop::pause, random))
                    .build();
            Revalidator.builder(
                            shop.site(),
                            Clearing.builder(submitter, shop.distribution()).build())
                    .tagCache(shop.table())
                    .build()
                    .revalidate(List.of(Change.tag("products")))
                    .orThrow()
                    .await(Duration.ofMinutes(1));
            shop.cloudFront()
                    .accepted(shop.distribution())
                    .forEach(invalidation -> out.println("cleared " + new TreeSet<>(invalidation.paths())));
        }
        Stream.of(Revalidator.class, CloudFrontCdn.class, FakeCloudFront.class, ProductSaved.class)
                .map(Class::getModule)
                .forEach(module -> out.println(module.isNamed() ? module : "unnamed"));
    }
}
