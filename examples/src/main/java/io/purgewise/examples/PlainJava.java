package io.purgewise.examples;

import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.aws.DynamoTagCache;
import io.purgewise.cache.TagCache;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.plan.InvalidationPlan;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Site;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Makes a changed product and a changed page visible, from plain Java. */
public final class PlainJava {

    private PlainJava() {}

    /** Runs the example on emulators. */
    public static void main(String[] args) throws InterruptedException {
        try (LocalAws aws = LocalAws.start()) {
            run(aws, System.out);
        }
    }

    static void run(LocalAws aws, PrintStream out) throws InterruptedException {
        DynamoDbClient dynamoDb = aws.dynamoDb(); // on AWS: DynamoDbClient.create()
        CloudFrontClient cloudFront = aws.cloudFront(); // CloudFrontClient.builder().region(Region.US_EAST_1).build()
        InstantSource clock = aws.clock(); // InstantSource.system()
        Ambient.Pause pause = aws.pause(); // duration -> Thread.sleep(duration.toMillis())
        RandomGenerator random = new SecureRandom();

        Site site = Site.builder(BuildId.of("MaapgHFmNtvUxnGut-fkK"))
                .nextVersion(NextVersion.parse("16.4.6"))
                .build();
        TagCache table = DynamoTagCache.builder(dynamoDb, LocalAws.TAG_TABLE).build();
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        new CloudFrontCdn(cloudFront), new Ambient(clock, pause, random))
                .build();
        Revalidator revalidator = Revalidator.builder(
                        site, Clearing.builder(submitter, LocalAws.DISTRIBUTION).build())
                .tagCache(table)
                .build();

        out.println("before: " + aws.read("/products/7") + ", " + aws.read("/gallery"));
        aws.edit("/products/7", "/gallery");
        out.println("edited: " + aws.read("/products/7") + ", " + aws.read("/gallery"));

        Receipt receipt = revalidator.revalidate(Change.tag("product:7"), Change.path("/gallery"));
        receipt.orThrow().await(Duration.ofMinutes(1));

        for (Receipt.OfChange change : receipt.changes()) {
            out.printf(
                    "%s: %d rows marked, pages %s%n",
                    change.change(), change.marks().results().size(), change.pages());
        }
        InvalidationPlan plan = receipt.plan().orElseThrow();
        out.printf(
                "cleared %s for $%s%n",
                plan.items().stream().map(InvalidationItem::spelling).toList(),
                BigDecimal.valueOf(plan.cost().money(), 6));
        out.println("after:  " + aws.read("/products/7") + ", " + aws.read("/gallery"));
    }
}
