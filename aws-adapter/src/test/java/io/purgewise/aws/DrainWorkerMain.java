package io.purgewise.aws;

import io.purgewise.PurgewiseException;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnQuotas;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.DrainPolicy;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.outbox.OutboxEntry;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Is one of the processes that {@link KilledProcessesTest} kills: accepts changes, marks them and drains the shared outbox until it is
 * dead. Says {@code accepted MILLIS PATH} for each change that it may rely on, and {@code point} when it has reached the call at which
 * it is to be killed; then it does nothing more, or, if it is to be killed at a random time soon after, goes on.
 */
final class DrainWorkerMain {

    /** A distribution where all is well, one that is busy, and one that refuses part of the time. */
    static final DistributionId SITE = DistributionId.of("E1SITE");

    static final DistributionId BUSY = DistributionId.of("E2BUSY");
    static final DistributionId MOODY = DistributionId.of("E3MOODY");
    static final List<DistributionId> DISTRIBUTIONS = List.of(BUSY, MOODY, SITE);

    /** A site whose pages have one URL each, so that a bill shows what was paid twice. */
    private static final Site SHOP =
            Site.builder(BuildId.of("B")).queryStringsInCacheKey(false).build();

    static final Duration LEASE = Duration.ofMillis(1500);

    private static final int CHANGES = 120;
    private static final int CHANGES_PER_APPEND = 8;

    private DrainWorkerMain() {}

    public static void main(String[] args) throws Exception {
        URI dynamo = URI.create(args[0]);
        URI cloudFront = URI.create(args[1]);
        PurgewiseTable table = new PurgewiseTable(args[2]);
        int number = Integer.parseInt(args[3]);
        int call = Integer.parseInt(args[4]);
        boolean stop = args[5].equals("stop");
        boolean train = args[5].equals("train");
        PrintStream out = System.out;
        ExecutionInterceptor killPoint = new KillPoint(call, stop, out);
        DynamoDbClient dynamoDb = DynamoDbClient.builder()
                .endpointOverride(dynamo)
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(20)))
                .overrideConfiguration(config -> config.addExecutionInterceptor(killPoint))
                .build();
        CloudFrontClient cdn = CloudFrontClient.builder()
                .endpointOverride(cloudFront)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(config ->
                        config.addExecutionInterceptor(killPoint).retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
        OutboxDrainer drainer = drainer(dynamoDb, new CloudFrontCdn(cdn), table, args[6], number);
        if (train) {
            drainer.accept(change(number, 0));
            drainer.flush(Duration.ofSeconds(30));
            return;
        }
        work(drainer, number, out);
    }

    static OutboxDrainer drainer(
            DynamoDbClient dynamoDb, CloudFrontCdn cdn, PurgewiseTable table, String tagTable, int number) {
        Ambient.Pause pause = duration -> Thread.sleep(duration.toMillis());
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cdn, new Ambient(InstantSource.system(), pause, new Random(number)))
                .quotas(CdnQuotas.inProgressTable().toBuilder()
                        .itemsPerBatch(60)
                        .wildcardsPerBatch(5)
                        .callInterval(Duration.ZERO)
                        .build())
                .backoff(Duration.ofMillis(20), Duration.ofMillis(200))
                .build();
        DynamoUsageLedger ledger = new DynamoUsageLedger(dynamoDb, table, "account", pause);
        List<Clearing> clearings = DISTRIBUTIONS.stream()
                .map(each -> Clearing.builder(submitter, each).ledger(ledger).build())
                .toList();
        Revalidator.Builder revalidator = Revalidator.builder(SHOP, clearings.get(0))
                .tagCache(DynamoTagCache.builder(dynamoDb, tagTable).build());
        clearings.stream().skip(1).forEach(revalidator::clearing);
        return OutboxDrainer.builder(
                        DynamoOutbox.of(dynamoDb, table, "site", LEASE, InstantSource.system(), pause),
                        revalidator.build())
                .policy(DrainPolicy.builder()
                        .window(Duration.ofMillis(20), Duration.ofMillis(100))
                        .build())
                .owner("worker-" + number)
                .build();
    }

    private static void work(OutboxDrainer drainer, int number, PrintStream out) throws InterruptedException {
        int next = 0;
        while (true) {
            try {
                if (next < CHANGES) {
                    List<Change> changes = new ArrayList<>();
                    for (int i = 0; i < CHANGES_PER_APPEND; i++) {
                        changes.add(change(number, next + i));
                    }
                    for (OutboxEntry entry : drainer.accept(changes).entries()) {
                        String path = ((Change.OfPage) entry.change()).page().path();
                        out.println("accepted " + entry.acceptedAt().toEpochMilli() + " " + path);
                    }
                    next += CHANGES_PER_APPEND;
                }
                drainer.drainWhenDue();
            } catch (PurgewiseException e) {
                out.println("failed " + e.getMessage());
            }
            Thread.sleep(10);
        }
    }

    private static Change change(int number, int change) {
        return Change.page(Page.of(Router.APP_PAGE, "/worker-" + number + "/" + number + "-" + change));
    }

    /** Speaks up before or after one call to AWS, and stands still for the parent to kill the process exactly there. */
    private static final class KillPoint implements ExecutionInterceptor {

        private final int at;
        private final boolean stop;
        private final PrintStream out;
        private final AtomicInteger calls = new AtomicInteger();

        KillPoint(int at, boolean stop, PrintStream out) {
            this.at = at;
            this.stop = stop;
            this.out = out;
        }

        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            step();
        }

        @Override
        public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
            step();
        }

        private static void standStill() {
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts this process", e);
            }
        }

        private void step() {
            if (calls.incrementAndGet() == at) {
                out.println("point");
                if (stop) {
                    standStill();
                }
            }
        }
    }
}
