package io.purgewise.examples.spring;

import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.aws.DynamoOutbox;
import io.purgewise.aws.HttpRevalidationEndpoint;
import io.purgewise.aws.PurgewiseTable;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnQuotas;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Is one of the services that {@link KilledServicesTest} kills: saves products in transactions, of which every third is rolled back,
 * and publishes a change in each. Its last instance saves nothing, and ends when nothing is left to do.
 */
final class KilledServiceMain {

    static final DistributionId DISTRIBUTION = DistributionId.of("E1SITE");
    static final String TABLE = "purgewise";
    static final Duration LEASE = Duration.ofMillis(1500);

    /** A transaction of this rest by three is rolled back. */
    static final int ROLLED_BACK = 2;

    private static final int TRANSACTIONS = 60;

    private KilledServiceMain() {}

    public static void main(String[] args) throws Exception {
        Addresses addresses = new Addresses(URI.create(args[0]), URI.create(args[1]), args[2], URI.create(args[3]));
        int number = Integer.parseInt(args[4]);
        boolean last = args[5].equals("last");
        KillPoint kill = new KillPoint(
                last ? KillPoint.Stage.PUBLISH : KillPoint.Stage.valueOf(args[5]),
                Integer.parseInt(args[6]),
                args[7].equals("stop"),
                System.out);
        ConfigurableApplicationContext service = new SpringApplicationBuilder(RevalidationService.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.datasource.url=" + addresses.database(),
                        "spring.datasource.hikari.maximum-pool-size=5",
                        "spring.datasource.hikari.minimum-idle=1",
                        "purgewise.webhook.secret=a secret of 24 characters",
                        "purgewise.outbox.quiet-window=50ms",
                        "purgewise.events.resubmit-interval=300ms",
                        "logging.level.root=error")
                .initializers(starting -> parts(starting.getBeanFactory(), addresses, number, kill))
                .run();
        if (last) {
            System.exit(finish(service) ? 0 : 1);
        }
        System.out.println("up");
        work(service, number, kill);
        KillPoint.standStill();
    }

    private record Addresses(URI dynamo, URI cloudFront, String database, URI site) {}

    private static void parts(ConfigurableListableBeanFactory beans, Addresses addresses, int number, KillPoint kill) {
        StaticCredentialsProvider credentials =
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
        DynamoDbClient dynamoDb = DynamoDbClient.builder()
                .endpointOverride(addresses.dynamo())
                .region(Region.EU_WEST_1)
                .credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(config -> config.addExecutionInterceptor(kill.dynamoCalls()))
                .build();
        CloudFrontClient cloudFront = CloudFrontClient.builder()
                .endpointOverride(addresses.cloudFront())
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(config -> config.addExecutionInterceptor(kill.cloudFrontCalls())
                        .retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
        Ambient.Pause pause = duration -> Thread.sleep(duration.toMillis());
        beans.registerSingleton("kill", kill);
        beans.registerSingleton("dynamoDb", dynamoDb);
        beans.registerSingleton(
                "changes",
                DynamoOutbox.of(dynamoDb, new PurgewiseTable(TABLE), "site", LEASE, InstantSource.system(), pause));
        beans.registerSingleton("site", revalidator(cloudFront, addresses.site(), number, pause, kill));
    }

    private static Revalidator revalidator(
            CloudFrontClient cloudFront, URI replicas, int number, Ambient.Pause pause, KillPoint kill) {
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        new CloudFrontCdn(cloudFront), new Ambient(InstantSource.system(), pause, new Random(number)))
                .quotas(CdnQuotas.inProgressTable().toBuilder()
                        .callInterval(Duration.ZERO)
                        .build())
                .backoff(Duration.ofMillis(20), Duration.ofMillis(200))
                .build();
        HttpRevalidationEndpoint endpoint = HttpRevalidationEndpoint.builder(
                        HttpClient.newHttpClient(), List.of(replicas.resolve("/1"), replicas.resolve("/2")))
                .tries(2)
                .pause(duration -> Thread.sleep(10))
                .build();
        // A site whose pages have one URL each, so that a bill shows what was paid twice.
        Site site = Site.builder(BuildId.of("B")).queryStringsInCacheKey(false).build();
        return Revalidator.builder(
                        site, Clearing.builder(submitter, DISTRIBUTION).build())
                .endpoint(changes -> {
                    kill.step(KillPoint.Stage.MARK);
                    var unmarked = endpoint.mark(changes);
                    kill.step(KillPoint.Stage.MARK);
                    return unmarked;
                })
                .build();
    }

    private static void work(ConfigurableApplicationContext service, int number, KillPoint kill)
            throws InterruptedException {
        TransactionTemplate transactions = service.getBean(TransactionTemplate.class);
        JdbcTemplate database = service.getBean(JdbcTemplate.class);
        for (int i = 0; i < TRANSACTIONS; i++) {
            String path = "/service-" + number + "/" + i;
            boolean rollBack = i % 3 == ROLLED_BACK;
            transactions.executeWithoutResult(transaction -> {
                database.update("INSERT INTO product (id, name) VALUES (?, 'saved')", path);
                kill.step(KillPoint.Stage.PUBLISH);
                service.publishEvent(Change.page(Page.of(Router.APP_PAGE, path)));
                kill.step(KillPoint.Stage.PUBLISH);
                if (rollBack) {
                    transaction.setRollbackOnly();
                }
            });
            Thread.sleep(10);
        }
    }

    /** Waits until what the dead have left is in the outbox, and carries it through. */
    private static boolean finish(ConfigurableApplicationContext service) throws InterruptedException {
        JdbcTemplate database = service.getBean(JdbcTemplate.class);
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!database.queryForList("SELECT status FROM event_publication").isEmpty()) {
            if (System.nanoTime() > end) {
                System.out.println(
                        "the registry still holds " + database.queryForList("SELECT * FROM event_publication LIMIT 3"));
                return false;
            }
            Thread.sleep(100);
        }
        OutboxDrainer outbox = service.getBean(OutboxDrainer.class);
        boolean done = outbox.flush(Duration.ofMinutes(2));
        System.out.println("flushed: " + done + ", dead letters: " + outbox.deadLetters());
        return done && outbox.deadLetters().isEmpty();
    }
}
