package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.Freshness.Verdict;
import io.purgewise.cdn.FreshnessProbe.Answer;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Looks at a CDN whose copies are as old as a test says, and clears once more what is proven stale. */
class ProvenFreshTest {

    private static final DistributionId SITE = DistributionId.of("E1SITE");
    private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);
    private static final Instant MARK = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int OLD = 7200;

    private final ManualClock clock = ManualClock.startingAt(MARK.plusSeconds(60));
    private final FakeCloudFront cloudFront = FakeCloudFront.builder(clock)
            .quotas(FakeQuotas.none())
            .distribution(SITE)
            .build();
    private final InMemoryUsageLedger ledger = new InMemoryUsageLedger();
    private final Copies copies = new Copies();
    private final List<Freshness> heard = new ArrayList<>();

    /** Gives copies that are fresh unless a test says how old they are. */
    private final class Copies implements FreshnessProbe {
        final Map<String, Deque<Integer>> ages = new HashMap<>();
        final List<String> asked = new ArrayList<>();
        final Map<String, Integer> clearedBy = new HashMap<>();
        boolean down;
        boolean comparable = true;

        @Nullable
        String between;

        Instant bornAt = MARK;

        /** Lets a URL be old until this many invalidations were accepted. */
        void oldUntil(String url, int invalidations) {
            clearedBy.put(url, invalidations);
        }

        @Override
        public List<Answer> ask(List<String> urls) {
            asked.addAll(urls);
            if (down) {
                throw new IllegalStateException("no network");
            }
            return urls.stream().map(this::answer).toList();
        }

        @Override
        public List<Answer> askPastCaches(List<String> urls) {
            return comparable
                    ? urls.stream().map(url -> answer(url, 0, "W/\"new\"")).toList()
                    : List.of();
        }

        private Answer answer(String url) {
            if (between != null) {
                return answer(
                        url, (int) Duration.between(bornAt, clock.instant()).toSeconds(), between);
            }
            Deque<Integer> some = ages.get(url);
            boolean held = cloudFront.accepted(SITE).size() < clearedBy.getOrDefault(url, 0);
            return answer(
                    url,
                    held ? OLD : some == null ? 1 : some.size() == 1 ? some.getFirst() : some.removeFirst(),
                    "none");
        }

        private Answer answer(String url, int age, String etag) {
            Map<String, String> headers = age == 0
                    ? Map.of("x-cache", "Miss from cloudfront", "etag", etag)
                    : Map.of("age", "" + age, "x-amz-cf-pop", "FRA56-P1", "etag", etag);
            return new Answer(url, clock.instant(), clock.instant(), 200, headers, null);
        }
    }

    private Clearing clearing(Budget budget) {
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront, new Ambient(clock, clock::advance, new Random(1)))
                .listener(new CdnListener() {
                    @Override
                    public void looked(DistributionId distribution, Freshness found, Duration sinceChange) {
                        heard.add(found);
                    }
                })
                .build();
        return Clearing.builder(submitter, SITE)
                .ledger(ledger)
                .budget(budget)
                .probe(copies)
                .build();
    }

    private Freshness prove(Duration patience, String... patterns) throws InterruptedException {
        return prove(Budget.UNLIMITED, patience, patterns);
    }

    private Freshness prove(Budget budget, Duration patience, String... patterns) throws InterruptedException {
        List<Wanted> wanted = Stream.of(patterns)
                .map(UrlPattern::parse)
                .map(pattern -> Wanted.of(Set.of(pattern)))
                .toList();
        return clearing(budget).proveFresh(wanted, List.of(), new FreshnessRule(MARK, MARK), patience);
    }

    private Set<String> cleared() {
        return cloudFront.accepted(SITE).stream()
                .flatMap(each -> each.paths().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whatIsFreshIsAskedForOnceAndNothingIsPaid() throws InterruptedException {
        Freshness found = prove(MINUTE, "/a", "/a?*", "/b");
        assertThat(found.isProven()).isTrue();
        assertThat(copies.asked).containsExactly("/a", "/b");
        assertThat(found.pointsOfPresence()).containsExactly("FRA56-P1");
        assertThat(found.blindSpots())
                .anyMatch(text -> text.contains("every point of presence but the one"))
                .anyMatch(text -> text.contains("query strings"));
        assertThat(found.confidence()).isEqualTo("all 2 URLs were asked for and are fresh");
        assertThat(heard).containsExactly(found);
        assertThat(cleared()).isEmpty();
    }

    @Test
    void whatIsProvenStaleIsClearedOnceMoreWithItsVariantsAndNothingElse() throws InterruptedException {
        copies.oldUntil("/b", 1);
        Freshness found = prove(MINUTE, "/a", "/a?*", "/b", "/b?*", "/bc");
        assertThat(found.isProven()).isTrue();
        assertThat(cleared()).containsExactly("/b", "/b?*");
        assertThat(found.repairedPaths()).isEqualTo(2).isEqualTo(ledger.paths(NOVEMBER));
        assertThat(found.findings()).filteredOn(Freshness.Finding::repaired).hasSize(1);
        assertThat(found).hasToString("all 3 URLs were asked for and are fresh; 2 paths were cleared once more");
    }

    /** Between the change and its mark the site gives both, and an age cannot tell them apart. */
    @Test
    void aCopyFromBetweenChangeAndMarkIsJudgedByWhatTheSiteGivesNow() throws InterruptedException {
        copies.between = "\"new\"";
        assertThat(proveBetween().isProven()).isTrue();
        copies.between = "\"old\"";
        Freshness found = proveBetween();
        assertThat(found.with(Verdict.STALE)).hasSize(1);
        assertThat(found.findings().get(0).reason()).contains("ETag");
        assertThat(cleared()).containsExactly("/a");
        copies.comparable = false;
        assertThat(proveBetween().with(Verdict.UNKNOWN)).hasSize(1);
    }

    private Freshness proveBetween() throws InterruptedException {
        copies.bornAt = clock.instant().minusSeconds(40);
        return clearing(Budget.UNLIMITED)
                .proveFresh(
                        List.of(Wanted.of(Set.of(UrlPattern.exact("/a")))),
                        List.of(),
                        new FreshnessRule(
                                clock.instant().minusSeconds(60),
                                clock.instant().minusSeconds(20)),
                        Duration.ofMinutes(5));
    }

    /** An edge that was cleared a moment ago may still give what was on its way. */
    @Test
    void whatSeemsStaleAtOneLookAloneIsNoReasonToPay() throws InterruptedException {
        copies.ages.put("/a", new ArrayDeque<>(List.of(OLD, 1)));
        assertThat(prove(MINUTE, "/a").isProven()).isTrue();
        assertThat(cleared()).isEmpty();
        copies.ages.put("/a", new ArrayDeque<>(List.of(OLD, 1)));
        Freshness hasty = prove(Duration.ZERO, "/a");
        assertThat(hasty.with(Verdict.UNKNOWN)).hasSize(1);
        assertThat(hasty.isProven()).isFalse();
    }

    @Test
    void whatStaysStaleIsClearedTwiceMoreAndThenReported() throws InterruptedException {
        copies.oldUntil("/a", 100);
        Freshness found = prove(Duration.ofMinutes(10), "/a");
        assertThat(found.with(Verdict.STALE)).hasSize(1);
        assertThat(found.isProven()).isFalse();
        assertThat(cloudFront.accepted(SITE)).hasSize(2);
    }

    @Test
    void aRepairThatTheBudgetDoesNotReachForIsSaidAndNotSent() throws InterruptedException {
        copies.oldUntil("/a", 1);
        Budget none = Budget.of(1, Budget.Reaction.DEFER);
        ledger.record(
                SITE,
                new Invalidation("I0", Invalidation.Status.COMPLETED, MARK, new CallerReference("r"), 1, Set.of("/x")));
        Freshness found = prove(none, Duration.ofMinutes(5), "/a");
        assertThat(found.with(Verdict.STALE)).hasSize(1);
        assertThat(found.blindSpots()).anyMatch(text -> text.contains("the budget of 1 paths"));
        assertThat(cleared()).isEmpty();
    }

    @Test
    void manyUrlsAreSampledAndTheConfidenceIsStated() throws InterruptedException {
        String[] pages = IntStream.range(0, 12_000).mapToObj(i -> "/p" + i).toArray(String[]::new);
        Freshness found = prove(MINUTE, pages);
        assertThat(copies.asked).hasSize(300).doesNotHaveDuplicates();
        assertThat(found.confidence())
                .isEqualTo(
                        "300 of 12000 URLs were asked for and are fresh: with a confidence of 95 % at most 1.0 % of all"
                                + " are not");
    }

    @Test
    void aStaleUrlInTheSampleLetsEveryOtherBeAskedFor() throws InterruptedException {
        String[] pages = IntStream.range(0, 1_000).mapToObj(i -> "/p" + i).toArray(String[]::new);
        IntStream.range(0, 100).forEach(i -> copies.oldUntil("/p" + i * 10, 1));
        Freshness found = prove(Duration.ofMinutes(5), pages);
        assertThat(found.findings()).hasSize(1_000);
        assertThat(found.isProven()).isTrue();
        assertThat(found.repairedPaths()).isEqualTo(100);
        assertThat(cloudFront.accepted(SITE)).hasSize(1);
    }

    @Test
    void aProbeThatFailsProvesNothingAndBreaksNothing() throws InterruptedException {
        copies.down = true;
        Freshness found = prove(MINUTE, "/a");
        assertThat(found.with(Verdict.UNKNOWN))
                .singleElement()
                .satisfies(finding -> assertThat(finding.reason()).contains("no network"));
        assertThat(cleared()).isEmpty();
    }

    @Test
    void anInvalidationThatDoesNotCompleteLeavesStaleUrlsAlone() throws InterruptedException {
        copies.oldUntil("/a", 1);
        Clearing clearing = clearing(Budget.UNLIMITED);
        Invalidation pending = clearing.submit(
                        clearing.plan(List.of(Wanted.of(Set.of(UrlPattern.exact("/z")))), Clearing.Escalation.NONE, "1")
                                .batches(),
                        MINUTE)
                .accepted()
                .get(0);
        copies.oldUntil("/a", 2);
        Freshness found = clearing.proveFresh(
                List.of(Wanted.of(Set.of(UrlPattern.exact("/a")))),
                List.of(pending),
                new FreshnessRule(MARK, MARK),
                Duration.ofSeconds(5));
        assertThat(found.isProven()).isFalse();
        assertThat(found.blindSpots()).anyMatch(text -> text.contains("has not said that all is cleared"));
        assertThat(cleared()).containsExactly("/z");
    }

    @Test
    void aUrlThatCloudFrontCannotNameIsAskedForAll() throws InterruptedException {
        Wanted tilde = new Wanted(Set.of(), Set.of(new UnnameableUrl("/~me", false)), Set.of());
        Freshness found =
                clearing(Budget.UNLIMITED).proveFresh(List.of(tilde), List.of(), new FreshnessRule(MARK, MARK), MINUTE);
        assertThat(copies.asked).containsExactly("/~me");
        assertThat(found.isProven()).isTrue();
    }

    @Test
    void withoutAProbeNothingCanBeProven() {
        Clearing blind =
                Clearing.builder(clearing(Budget.UNLIMITED).submitter(), SITE).build();
        assertThatThrownBy(() -> blind.proveFresh(List.of(), List.of(), new FreshnessRule(MARK, MARK), MINUTE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Clearing.Builder.probe");
    }
}
