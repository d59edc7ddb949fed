package io.purgewise.examples.tool;

import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.aws.DynamoTagCache;
import io.purgewise.aws.HttpPageRenderer;
import io.purgewise.aws.PreviewId;
import io.purgewise.aws.S3IncrementalCache;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.MarkPolicy;
import io.purgewise.cache.StoredEntry;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagIndex;
import io.purgewise.cache.TagMarker;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.cdn.Pause;
import io.purgewise.plan.UrlIndex;
import io.purgewise.plan.UrlIndexBuilder;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Connects a site that is described on the command line with AWS, as the environment says. */
final class AwsSite implements AutoCloseable {

    /** How many calls to the table go on at the same time. */
    private static final int TABLE_CALLS = 32;

    private final SiteOptions options;
    private final SdkHttpClient http;
    private final ExecutorService tableCalls = Executors.newFixedThreadPool(TABLE_CALLS);
    private final DynamoDbClient dynamo;
    private final S3Client s3;
    private final CloudFrontClient cloudFront;

    private AwsSite(
            SiteOptions options, SdkHttpClient http, DynamoDbClient dynamo, S3Client s3, CloudFrontClient cloudFront) {
        this.options = options;
        this.http = http;
        this.dynamo = dynamo;
        this.s3 = s3;
        this.cloudFront = cloudFront;
    }

    static AwsSite connect(SiteOptions options) {
        SdkHttpClient http = UrlConnectionHttpClient.create();
        return new AwsSite(
                options,
                http,
                DynamoDbClient.builder().httpClient(http).build(),
                // Emulators are reached by IP address or localhost, where a bucket cannot be part of the host name.
                S3Client.builder()
                        .httpClient(http)
                        .forcePathStyle(System.getenv("AWS_ENDPOINT_URL_S3") != null
                                || System.getenv("AWS_ENDPOINT_URL") != null)
                        .build(),
                CloudFrontClient.builder()
                        .httpClient(http)
                        .region(Region.US_EAST_1)
                        .build());
    }

    Revalidator revalidator() {
        Site site = options.site();
        InstantSource clock = InstantSource.system();
        Pause pause = duration -> Thread.sleep(duration.toMillis());
        RandomGenerator random = new SecureRandom();
        IncrementalCache cache = S3IncrementalCache.of(s3, options.bucket, options.prefix);
        TagCacheMode mode = options.tagCacheMode();
        TagMarker marker = TagMarker.of(
                DynamoTagCache.builder(dynamo, options.table)
                        .executor(tableCalls)
                        .build(),
                mode,
                site,
                MarkPolicy.EXPIRE);
        List<DistributionId> distributions =
                options.distributions.stream().map(DistributionId::parse).toList();
        Revalidator.Builder builder = Revalidator.builder(
                        site,
                        InvalidationSubmitter.builder(new CloudFrontCdn(cloudFront), clock, pause, random)
                                .build(),
                        distributions.get(0),
                        clock,
                        pause,
                        random)
                .cache(cache)
                .marker(marker, mode == TagCacheMode.ORIGINAL);
        distributions.forEach(builder::distribution);
        if (mode == TagCacheMode.NEXT_MODE) {
            builder.taggedPages((build, tag) -> pagesOf(cache, build, tag));
        }
        if (options.render != null) {
            if (options.previewId == null) {
                throw new IllegalArgumentException(
                        "--render needs the preview ID: set PURGEWISE_PREVIEW_ID or give --preview-id");
            }
            builder.renderer(HttpPageRenderer.builder(
                            HttpClient.newHttpClient(), options.render, PreviewId.of(options.previewId), site)
                    .build());
        }
        if (options.listPages) {
            UrlIndex known = knownUrls(site, cache);
            builder.knownUrls(() -> known);
        }
        return builder.build();
    }

    /** Reads the tags of all stored pages: in next mode they are kept nowhere else. */
    private static Collection<CacheKey> pagesOf(IncrementalCache cache, BuildId build, CacheTag tag) {
        TagIndex index = TagIndex.empty(build);
        while (!index.complete()) {
            index = index.step(cache).index();
        }
        return index.pagesOf(tag);
    }

    private static UrlIndex knownUrls(Site site, IncrementalCache cache) {
        UrlIndexBuilder urls = UrlIndex.builder();
        Consumer<StoredEntry> add = entry -> {
            if (entry instanceof StoredEntry.PageEntry page) {
                page.key()
                        .page(site, Router.APP_PAGE)
                        .ifPresent(found -> site.urlsOf(found).patterns().stream()
                                .filter(pattern -> !pattern.prefix())
                                .forEach(pattern -> urls.add(pattern.path())));
            }
        };
        String after = null;
        do {
            IncrementalCache.Slice slice = cache.list(site.cacheBuildId(), after);
            slice.entries().forEach(listed -> add.accept(listed.entry()));
            after = slice.next();
        } while (after != null);
        return urls.build();
    }

    @Override
    public void close() {
        tableCalls.shutdown();
        cloudFront.close();
        s3.close();
        dynamo.close();
        http.close();
    }
}
