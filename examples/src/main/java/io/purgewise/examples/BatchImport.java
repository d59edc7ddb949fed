package io.purgewise.examples;

import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.aws.DynamoTagCache;
import io.purgewise.cache.TagCache;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.DrainReport;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.outbox.OutboxListener;
import io.purgewise.plan.InvalidationPlan;
import io.purgewise.plan.UrlIndex;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.Site;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
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
        Ambient.Pause pause = aws.pause(); // duration -> Thread.sleep(duration.toMillis())
        RandomGenerator random = new SecureRandom();

        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        new CloudFrontCdn(aws.cloudFront()), new Ambient(clock, pause, random))
                .build();
        TagCache tags =
                DynamoTagCache.builder(aws.dynamoDb(), LocalAws.TAG_TABLE).build();
        Clearing clearing = Clearing.builder(submitter, LocalAws.DISTRIBUTION)
                .knownUrls(() -> known)
                .build();
        Revalidator revalidator =
                Revalidator.builder(site, clearing).tagCache(tags).build();
        OutboxDrainer outbox = OutboxDrainer.builder(Outbox.inMemory(clock), revalidator)
                .listener(new Diary(out))
                .build();

        OutboxDrainer.Suspension suspension = outbox.suspend();
        try {
            for (int product = 1; product <= PRODUCTS; product++) {
                aws.edit("/products/" + product); // the import itself
                outbox.accept(Change.tag("product:" + product));
            }
            // A service's drainer thread calls this every second; the suspension holds it back.
            out.println("imported " + PRODUCTS + " products, the outbox is "
                    + outbox.drainWhenDue().lanes().get(0).outcome());
        } finally {
            suspension.close();
        }
        boolean done = outbox.flush(Duration.ofMinutes(5));
        out.println("all carried through: " + done);

        pause.waitFor(Duration.ofSeconds(10));
        out.println("a reader sees " + aws.read("/products/1") + " and " + aws.read("/products/" + PRODUCTS));
    }

    /** Writes down what every plan does. */
    private record Diary(PrintStream out) implements OutboxListener {

        @Override
        public void planned(Outbox.Drain drain, InvalidationPlan plan) {
            out.println("planned " + plan.items());
        }

        @Override
        public void drained(DistributionId lane, DrainReport.Finished finished, Duration age) {
            out.println("carried " + finished.entries().size() + " changes through with "
                    + finished.invalidations().size() + " invalidation");
        }
    }
}
