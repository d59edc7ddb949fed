package io.purgewise.examples.tool;

import io.purgewise.cdn.DistributionId;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.HttpFakeCloudFront;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves a fake CloudFront on loopback until it is stopped. */
@Command(
        name = "fake-cloudfront",
        mixinStandardHelpOptions = true,
        description = {
            "Serves a fake CloudFront on 127.0.0.1 until it is stopped: invalidations with quotas, states and caller references.",
            "",
            "Point any AWS SDK at it with AWS_ENDPOINT_URL_CLOUDFRONT. Without --distribution every distribution ID is served."
        })
final class FakeCloudFrontCommand implements Callable<Integer> {

    @Option(names = "--port", required = true, description = "Port to listen on; 0 for any free one.")
    private int port;

    @Option(names = "--distribution", description = "A distribution of the account; may be given several times.")
    private List<String> distributions = List.of();

    @Option(names = "--cache-tag-header", description = "Header from which the given distributions read cache tags.")
    private @Nullable String cacheTagHeader;

    @Option(
            names = "--quotas",
            defaultValue = "in-progress",
            description =
                    "in-progress (3,000 paths and 15 wildcards), rates (150 paths and 1 wildcard a second), strict (both)"
                            + " or none; default: ${DEFAULT-VALUE}.")
    private String quotas = "in-progress";

    @Option(
            names = "--completes-after",
            defaultValue = "PT5S",
            description = "How long an invalidation stays InProgress, as ISO-8601; default: ${DEFAULT-VALUE}.")
    private Duration completesAfter = Duration.ofSeconds(5);

    @Override
    public Integer call() throws InterruptedException {
        try (HttpFakeCloudFront server = HttpFakeCloudFront.start(account(), port)) {
            System.out.println("fake CloudFront at " + server.endpoint() + "; stop it with Ctrl+C");
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private FakeCloudFront account() {
        Duration effect = completesAfter.compareTo(Duration.ofSeconds(4)) < 0 ? completesAfter : Duration.ofSeconds(4);
        FakeCloudFront.Builder account = FakeCloudFront.builder(InstantSource.system())
                .delays(effect, completesAfter)
                .quotas(
                        switch (quotas) {
                            case "in-progress" -> FakeQuotas.inProgress();
                            case "rates" -> FakeQuotas.rates();
                            case "strict" -> FakeQuotas.strict();
                            case "none" -> FakeQuotas.none();
                            default ->
                                throw new IllegalArgumentException(
                                        "--quotas must be in-progress, rates, strict or none, but was \"" + quotas
                                                + "\"");
                        });
        if (distributions.isEmpty()) {
            account.anyDistribution();
        }
        for (String distribution : distributions) {
            DistributionId id = DistributionId.parse(distribution);
            if (cacheTagHeader == null) {
                account.distribution(id);
            } else {
                account.distribution(id, cacheTagHeader);
            }
        }
        return account.build();
    }
}
