package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.purgewise.cache.CacheAccessException;
import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.TagRow;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Site;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Marks from machines with wrong clocks: servers compare {@code revalidatedAt} with {@code LastModified}, which S3 sets
 * (OpenNext B17).
 */
class ClockSkewTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final DistributionId DISTRIBUTION = DistributionId.of("E1");

    private final LocalTagTable table = new LocalTagTable();
    private final LocalBucket bucket = new LocalBucket();
    private final S3IncrementalCache cache = S3IncrementalCache.of(bucket.client(), LocalBucket.BUCKET, "_cache");
    private final DynamoTagCache tags =
            DynamoTagCache.builder(table.client(), table.name()).build();

    @AfterEach
    void close() {
        bucket.close();
        table.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {-86_400, -90, -4, 4, 90, 86_400})
    void marksAreDatedByTheStoreAndTheReceiptSaysSo(long seconds) throws InterruptedException {
        bucket.put("_cache/B/about.cache", "{\"type\":\"app\",\"html\":\"\"}");
        Instant stored = entry().lastModified();
        ManualClock writer = ManualClock.startingAt(Instant.now().plusSeconds(seconds));

        Receipt receipt = revalidate(writer, cache);

        assertThat(receipt.orThrow().changes().get(0).notes())
                .singleElement()
                .asString()
                .contains(seconds < 0 ? "behind" : "ahead")
                .contains("synchronise");
        assertThat(table.rows())
                .extracting(TagRow::revalidatedAt)
                .isNotEmpty()
                .allSatisfy(mark -> assertThat(mark).isBetween(stored.plusMillis(1), stored.plusSeconds(5)));
    }

    @Test
    void withoutABucketTheTableTellsTheTime() throws InterruptedException {
        ManualClock writer = ManualClock.startingAt(Instant.now().minus(Duration.ofDays(400)));
        // A table alone that holds nothing of the build knows no page, so the page is called a new one.
        Receipt receipt = revalidate(writer, null, Change.path("/about").evenIfUnknown());
        assertThat(receipt.changes().get(0).notes()).singleElement().asString().contains("behind");
        assertThat(table.rows())
                .extracting(TagRow::revalidatedAt)
                .isNotEmpty()
                .allSatisfy(mark -> assertThat(mark).isAfter(Instant.now().minusSeconds(10)));
    }

    @Test
    void aClockThatIsRightIsNotWorthANote() throws InterruptedException {
        bucket.put("_cache/B/about.cache", "{\"type\":\"app\",\"html\":\"\"}");
        Receipt receipt = revalidate(ManualClock.startingAt(Instant.now()), cache);
        assertThat(receipt.orThrow().changes().get(0).notes()).isEmpty();
    }

    @Test
    void theTimeOfBucketAndTableIsReadFromTheirAnswers() {
        Instant now = Instant.now();
        assertThat(cache.time()).hasValueSatisfying(time -> {
            assertThat(time).isCloseTo(now, within(5, ChronoUnit.SECONDS));
            assertThat(time).isEqualTo(time.truncatedTo(ChronoUnit.SECONDS));
        });
        bucket.put("_cache/B/about.cache", "{\"type\":\"app\",\"html\":\"\"}");
        assertThat(cache.time().orElseThrow()).isAfterOrEqualTo(entry().lastModified());
        assertThat(tags.time())
                .hasValueSatisfying(time -> assertThat(time).isCloseTo(now, within(5, ChronoUnit.SECONDS)));
    }

    @Test
    void aRefusalTellsTheTimeToo() {
        assertThat(S3IncrementalCache.of(bucket.client(), "no-such-bucket", "_cache")
                        .time())
                .isPresent();
        assertThat(DynamoTagCache.builder(table.client(), "no-such-table")
                        .build()
                        .time())
                .isPresent();
    }

    @Test
    void aTableThatDoesNotAnswerIsSaid() {
        DynamoTagCache away = DynamoTagCache.builder(DynamoServer.client(URI.create("http://127.0.0.1:1")), "t")
                .build();
        assertThatThrownBy(away::time)
                .isInstanceOf(CacheAccessException.class)
                .hasMessageContaining("asking for the time of table t failed");
    }

    private Receipt revalidate(ManualClock writer, IncrementalCache pages) throws InterruptedException {
        return revalidate(writer, pages, Change.path("/about"));
    }

    private Receipt revalidate(ManualClock writer, @Nullable IncrementalCache pages, Change change)
            throws InterruptedException {
        FakeCloudFront cloudFront =
                FakeCloudFront.builder(writer).distribution(DISTRIBUTION).build();
        Site site =
                Site.builder(BUILD).nextVersion(NextVersion.parse("14.2.35")).build();
        SplittableRandom random = new SplittableRandom(5);
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront, new Ambient(writer, writer::advance, random))
                .build();
        Revalidator.Builder builder = Revalidator.builder(
                        site, Clearing.builder(submitter, DISTRIBUTION).build())
                .tagCache(tags);
        if (pages != null) {
            builder.cache(pages);
        }
        return builder.build().revalidate(change);
    }

    private CacheEntry entry() {
        return cache.read(BUILD, CacheKey.plain("/about")).orElseThrow();
    }
}
