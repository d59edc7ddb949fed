package io.purgewise.examples;

import io.purgewise.aws.DynamoTagCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.DistributionId;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.Page;
import io.purgewise.site.Site;
import io.purgewise.testkit.EdgeCache;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeOpenNext;
import io.purgewise.testkit.HttpFakeCloudFront;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Plays AWS and a site for the examples, on loopback and offline: DynamoDB Local, a bucket, a fake CloudFront, the edge cache that
 * readers ask, and behind it a fake server that judges its pages by the rows of the tag table, as OpenNext does.
 *
 * <p>The site is a real build (Next.js 16.4.6 on OpenNext 4.1.12), its tag table as a deploy leaves it. The CloudFront client
 * is the AWS SDK's own and talks HTTP; that of DynamoDB works in this process.
 */
public final class LocalAws implements AutoCloseable {

    /** The distribution in front of the site. */
    public static final DistributionId DISTRIBUTION = DistributionId.of("E2EXAMPLE");

    /** The site's tag table. */
    public static final String TAG_TABLE = LocalTagTable.NAME;

    /** The site's cache bucket. */
    public static final String BUCKET = LocalBucket.NAME;

    private final SampleBuild build = SampleBuild.read();
    private final InstantSource clock;
    private final Ambient.Pause pause;
    private final LocalTagTable tables;
    private final DynamoDbClient dynamoDb;
    private final FakeOpenNext server;
    private final EdgeCache edge;
    private final FakeCloudFront account;
    private final HttpFakeCloudFront cloudFrontServer;
    private final CloudFrontClient cloudFront;
    private final LocalBucket bucket;

    private LocalAws(InstantSource clock, Ambient.Pause pause, Duration effect) {
        this.clock = clock;
        this.pause = pause;
        tables = LocalTagTable.seeded(build.rows());
        dynamoDb = tables.client();
        Map<String, String> objects = new HashMap<>(build.objects());
        objects.put("_assets/BUILD_ID", build.site().nextBuildId().toString());
        bucket = new LocalBucket(objects, clock.instant());
        server = FakeOpenNext.of(
                build.site(), DynamoTagCache.builder(dynamoDb, TAG_TABLE).build(), TagCacheMode.ORIGINAL, clock);
        build.pages().forEach((key, page) -> server.add(page, key, List.of()));
        edge = EdgeCache.builder(server::answer, clock).build();
        account = FakeCloudFront.builder(clock)
                .distribution(DISTRIBUTION)
                .delays(effect, Duration.ofSeconds(20))
                .build();
        account.attach(DISTRIBUTION, edge);
        cloudFrontServer = HttpFakeCloudFront.start(account);
        cloudFront = CloudFrontClient.builder()
                .endpointOverride(cloudFrontServer.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                // So that an example which loses an answer is not helped by the SDK.
                .overrideConfiguration(config -> config.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
    }

    /** Starts on a clock that only waiting moves on, so that nothing takes time. */
    public static LocalAws start() {
        ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T09:00:00.250Z"));
        LocalAws aws = new LocalAws(clock, clock::advance, Duration.ofSeconds(4));
        // The pages are older than what happens next.
        clock.advance(Duration.ofMinutes(1));
        return aws;
    }

    /** Starts on the system's clock, for programs with threads of their own; an accepted invalidation clears at once. */
    public static LocalAws startOnRealTime() {
        return new LocalAws(InstantSource.system(), duration -> Thread.sleep(duration.toMillis()), Duration.ZERO);
    }

    /** Returns a client of DynamoDB Local. */
    public DynamoDbClient dynamoDb() {
        return dynamoDb;
    }

    /** Returns a client of the fake CloudFront. */
    public CloudFrontClient cloudFront() {
        return cloudFront;
    }

    /** Returns a client of the bucket. */
    public S3Client s3() {
        return bucket.client();
    }

    /** Returns the fake CloudFront itself: its bill, and its faults. */
    public FakeCloudFront account() {
        return account;
    }

    /** Returns the clock of all parts. */
    public InstantSource clock() {
        return clock;
    }

    /** Returns how to wait on that clock. */
    public Ambient.Pause pause() {
        return pause;
    }

    /** Returns the description of the site. */
    public Site site() {
        return build.site();
    }

    /** Lists the URLs of the site's pages. */
    public UrlIndex knownUrls() {
        return UrlIndex.of(
                build.pages().values().stream().map(build.site()::htmlUrlOf).toList());
    }

    /**
     * Changes the content behind pages of which the edge has a copy, as it has of all that readers ask for. They see the new
     * content once all caches have let go of the old.
     */
    public void edit(String... paths) {
        for (String path : paths) {
            Page found = build.pages().values().stream()
                    .filter(page -> page.path().equals(path))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("the site has no page " + path));
            read(build.site().htmlUrlOf(found));
            server.edit(found);
        }
    }

    /** Reads a URL through the edge as a visitor does; the answer is the page's path and version. */
    public String read(String url) {
        return edge.get(url).body();
    }

    @Override
    public void close() {
        cloudFront.close();
        cloudFrontServer.close();
        bucket.close();
        tables.close();
    }
}
