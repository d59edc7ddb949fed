package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.aws.OpenNextReader.Verdict;
import io.purgewise.cache.PathTags.Scope;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.revalidate.MarkPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Has OpenNext's own code, from npm, read our marks on DynamoDB Local, and compares entry by entry with what the same version's
 * {@code revalidateTag} does. Only in the profile {@code readers}; prints its figures.
 */
@Tag("readers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealReadersTest {

    private static final Duration YEAR = Duration.ofDays(365);

    private static final List<ReaderChange> TAGS = List.of(ReaderChange.tag("products"), ReaderChange.tag("product:9"));

    private static final List<ReaderChange> PATHS = List.of(
            ReaderChange.path("/"),
            ReaderChange.path("/products/7"),
            ReaderChange.route("/", Scope.LAYOUT),
            ReaderChange.route("/products/[id]", Scope.PAGE));

    private final Path readers;

    RealReadersTest() throws IOException, InterruptedException {
        this.readers = ReaderVariant.install();
    }

    static List<ReaderVariant> variants() {
        return List.of(
                new ReaderVariant("4.1.12", TagCacheMode.ORIGINAL, "16.4.6", "a"),
                new ReaderVariant("4.1.12", TagCacheMode.LITE, "16.4.6", "a"),
                new ReaderVariant("4.1.12", TagCacheMode.NEXT_MODE, "16.4.6", "o"),
                new ReaderVariant("3.10.4", TagCacheMode.ORIGINAL, "15.5.29", "o"),
                new ReaderVariant("3.10.4", TagCacheMode.LITE, "15.5.29", "o"));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void nothingThatOpenNextRevalidatesIsServedAfterOurMarks(ReaderVariant variant) throws IOException {
        List<ReaderComparison> comparisons = new ArrayList<>();
        try (ReaderTrial trial = new ReaderTrial(variant, readers)) {
            List<ReaderChange> changes = new ArrayList<>(TAGS);
            changes.addAll(PATHS);
            for (ReaderChange change : changes) {
                comparisons.add(trial.compare(change, variant.mode(), MarkPolicy.EXPIRE, null));
            }
        }
        print(variant + ", expired", comparisons);
        check(comparisons);
        assertThat(count(comparisons, ReaderComparison::theirs, Verdict.EXPIRED))
                .isPositive();
        assertThat(count(comparisons, ReaderComparison::ours, Verdict.STALE)).isZero();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void entriesAreServedStaleByTheReaderThatDoesSoAndExpireInTheOthers(ReaderVariant variant) throws IOException {
        boolean sixteen = variant.nextJs().startsWith("16.");
        MarkPolicy policy = MarkPolicy.staleWhileRevalidate(YEAR).orExpire();
        List<ReaderComparison> comparisons = new ArrayList<>();
        try (ReaderTrial trial = new ReaderTrial(variant, readers)) {
            for (ReaderChange change : TAGS) {
                // Next.js 15 knows no window and hands none over.
                comparisons.add(trial.compare(change, variant.mode(), policy, sixteen ? YEAR : null));
            }
        }
        print(variant + ", stale", comparisons);
        check(comparisons);
        boolean servesStale = sixteen && variant.mode() == TagCacheMode.LITE;
        Verdict expected = servesStale ? Verdict.STALE : Verdict.EXPIRED;
        Verdict other = servesStale ? Verdict.EXPIRED : Verdict.STALE;
        assertThat(count(comparisons, ReaderComparison::ours, expected)).isPositive();
        assertThat(count(comparisons, ReaderComparison::ours, other)).isZero();
    }

    /** Shows that the comparison can fail: marks of the wrong mode are written, and read by nobody. */
    @Test
    void aMarkOfTheWrongModeIsFoundOut() throws IOException {
        try (ReaderTrial trial = new ReaderTrial(variants().get(1), readers)) {
            ReaderComparison wrong = trial.compare(TAGS.get(0), TagCacheMode.NEXT_MODE, MarkPolicy.EXPIRE, null);
            assertThat(wrong.milder()).isNotEmpty();
            assertThat(ReaderComparison.count(wrong.ours(), Verdict.EXPIRED)).isZero();
        }
    }

    private static void check(List<ReaderComparison> comparisons) {
        assertThat(comparisons).flatMap(ReaderComparison::milder).isEmpty();
        assertThat(comparisons).flatMap(ReaderComparison::outdatedThoughNewer).isEmpty();
    }

    private static void print(String what, List<ReaderComparison> comparisons) {
        long entries =
                comparisons.stream().mapToLong(each -> each.ours().size()).sum();
        System.out.printf(
                "%s: %d changes, %d verdicts, expired by OpenNext %d and by us %d, stale %d and %d%n",
                what,
                comparisons.size(),
                entries,
                count(comparisons, ReaderComparison::theirs, Verdict.EXPIRED),
                count(comparisons, ReaderComparison::ours, Verdict.EXPIRED),
                count(comparisons, ReaderComparison::theirs, Verdict.STALE),
                count(comparisons, ReaderComparison::ours, Verdict.STALE));
    }

    private static long count(
            List<ReaderComparison> comparisons,
            Function<ReaderComparison, Map<String, Verdict>> side,
            Verdict verdict) {
        return comparisons.stream()
                .mapToLong(each -> ReaderComparison.count(side.apply(each), verdict))
                .sum();
    }
}
