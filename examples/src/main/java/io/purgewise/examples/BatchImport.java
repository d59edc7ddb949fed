package io.purgewise.examples;

import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.aws.DynamoTagCache;
import io.purgewise.cache.TagCache;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InMemoryOutbox;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.cdn.ItemPlanner;
import io.purgewise.cdn.OutboxDrainer;
import io.purgewise.cdn.Pause;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.UrlIndex;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Marked;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.Site;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Imports products one by one, holds the CDN back meanwhile, and clears everything in one plan at the end. {@link PlainJava}
 * says what stands for {@link LocalAws} on AWS.
 */
public final class BatchImport {

    private static final int PRODUCTS = 30;

    private BatchImport() {}

    /** Runs the example on emulators. */
    public static void main(String[] args) throws InterruptedException {
        try (LocalAws aws = LocalAws.start()) {
            run(aws, System.out);
        }
    }

    static void run(LocalAws aws, PrintStream out) throws InterruptedException {
        Site site = aws.site(); // OpenNextBuild.read(Path.of("my-site"), version, null).site()
        UrlIndex known = aws.knownUrls(); // what S3IncrementalCache lists, or your sitemap
        InstantSource clock = aws.clock(); // InstantSource.system()
        Pause pause = aws.pause(); // duration -> Thread.sleep(duration.toMillis())
        RandomGenerator random = new SecureRandom();

        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        new CloudFrontCdn(aws.cloudFront()), new Ambient(clock, pause, random))
                .listener(new Diary(out))
                .build();
        OutboxDrainer outbox = OutboxDrainer.builder(
                        new InMemoryOutbox(clock), submitter, List.of(LocalAws.DISTRIBUTION))
                .planner(ItemPlanner.cheapest(PlanPolicy.balanced(), () -> known))
                .build();
        TagCache tags =
                DynamoTagCache.builder(aws.dynamoDb(), LocalAws.TAG_TABLE).build();
        Revalidator revalidator = Revalidator.builder(
                        site, Clearing.builder(submitter, LocalAws.DISTRIBUTION).build())
                .tagCache(tags)
                .build();

        int urls = 0;
        OutboxDrainer.Suspension suspension = outbox.suspend();
        try {
            for (int product = 1; product <= PRODUCTS; product++) {
                aws.edit("/products/" + product); // the import itself
                Marked marked = revalidator
                        .accept(List.of(Change.tag("product:" + product)), outbox)
                        .marked();
                urls += marked.changes().get(0).patterns().size();
            }
            // A service's drainer thread calls this every second; the suspension holds it back.
            out.println("imported " + PRODUCTS + " products, the outbox is "
                    + outbox.drainWhenDue().outcome());
        } finally {
            suspension.close();
        }
        boolean done = outbox.flush(Duration.ofMinutes(5));
        out.println("all accepted by the CDN: " + done + "; each change by itself would have been " + urls + " paths");

        pause.waitFor(Duration.ofSeconds(10));
        out.println("a reader sees " + aws.read("/products/1") + " and " + aws.read("/products/" + PRODUCTS));
    }

    /** Writes down what every plan does. */
    private record Diary(PrintStream out) implements CdnListener {

        @Override
        public void submitted(DistributionId distribution, Invalidation invalidation, int attempts) {
            out.println("submitted " + new TreeSet<>(invalidation.paths()));
        }

        @Override
        public void drainFinished(String drainId, int changes, long paths, long microDollars, Duration oldestAge) {
            out.println("cleared " + changes + " changes with " + paths + (paths == 1 ? " path" : " paths"));
        }
    }
}
