package io.purgewise.examples;

import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.aws.DynamoOutbox;
import io.purgewise.aws.DynamoTagCache;
import io.purgewise.aws.DynamoUsageLedger;
import io.purgewise.aws.PurgewiseTable;
import io.purgewise.cache.TagCache;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.DrainReport;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.outbox.OutboxListener;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.Fault;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Shares one outbox between two instances of a service: whoever drains clears everybody's changes, and what one leaves half
 * done the other finishes without paying for it again. {@link PlainJava} says what stands for {@link LocalAws} on AWS.
 */
public final class TwoInstances {

    private TwoInstances() {}

    /** Runs the example on emulators. */
    public static void main(String[] args) throws InterruptedException {
        try (LocalAws aws = LocalAws.start()) {
            run(aws, System.out);
        }
    }

    static void run(LocalAws aws, PrintStream out) throws InterruptedException {
        PurgewiseTable table = new PurgewiseTable("purgewise");
        table.create(aws.dynamoDb()); // or the CloudFormation in PurgewiseTable.CLOUD_FORMATION
        Instance first = Instance.start("first", aws, table, out);
        Instance second = Instance.start("second", aws, table, out);

        aws.edit("/products/7", "/gallery");
        first.accept(Change.tag("product:7"));
        second.accept(Change.path("/gallery"));
        second.drain(Duration.ofMinutes(1));

        aws.edit("/products/8");
        first.accept(Change.tag("product:8"));
        // CloudFront takes the next batch, but its answer is lost, and nothing more is heard of it for a while.
        aws.account().failNext(CdnCall.SUBMIT, Fault.DROP_ANSWER);
        aws.account().failBy(call -> Fault.UNAVAILABLE);
        first.drain(Duration.ofSeconds(10));
        aws.account().failBy(call -> Fault.NONE);
        second.drain(Duration.ofMinutes(1));

        aws.pause().waitFor(Duration.ofSeconds(10));
        out.println("readers see " + aws.read("/products/7") + ", " + aws.read("/gallery") + " and "
                + aws.read("/products/8"));
        out.println("CloudFront bills " + aws.account().meter().totalPaths() + " paths");
    }

    /** Is what runs on each machine. */
    private record Instance(String name, OutboxDrainer outbox, PrintStream out) {

        static Instance start(String name, LocalAws aws, PurgewiseTable table, PrintStream out) {
            RandomGenerator random = new SecureRandom();
            Diary diary = new Diary(name, out);
            InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                            new CloudFrontCdn(aws.cloudFront()), new Ambient(aws.clock(), aws.pause(), random))
                    .listener(diary)
                    .build();
            Clearing clearing = Clearing.builder(submitter, LocalAws.DISTRIBUTION)
                    .ledger(new DynamoUsageLedger(aws.dynamoDb(), table, "111122223333", aws.pause()))
                    .build();
            TagCache tags =
                    DynamoTagCache.builder(aws.dynamoDb(), LocalAws.TAG_TABLE).build();
            Revalidator revalidator =
                    Revalidator.builder(aws.site(), clearing).tagCache(tags).build();
            OutboxDrainer outbox = OutboxDrainer.builder(
                            DynamoOutbox.of(aws.dynamoDb(), table, "shop", aws.clock(), aws.pause()), revalidator)
                    .owner(name)
                    .listener(diary)
                    .build();
            return new Instance(name, outbox, out);
        }

        void accept(Change change) {
            outbox.accept(change);
            out.println(name + " instance accepted " + change);
        }

        /** A service calls {@code outbox.start(executor)} and {@code outbox.close(timeout)} instead. */
        void drain(Duration timeout) throws InterruptedException {
            if (!outbox.flush(timeout)) {
                out.println(name + " instance gave up, which is safe at any time: the plan is written down");
            }
        }
    }

    /** Writes down what an instance does. */
    private record Diary(String name, PrintStream out) implements CdnListener, OutboxListener {

        @Override
        public void submitted(DistributionId distribution, Invalidation invalidation, int attempts) {
            out.println(name + " instance " + (attempts == 0 ? "found out that CloudFront has " : "submitted ")
                    + new TreeSet<>(invalidation.paths()));
        }

        @Override
        public void drained(DistributionId lane, DrainReport.Finished finished, Duration age) {
            int changes = finished.entries().size();
            out.println(name + " instance finished " + changes + (changes == 1 ? " change" : " changes"));
        }
    }
}
