package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.PriceList;
import io.purgewise.plan.TagOption;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.PageTags;
import io.purgewise.site.PageUrls;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.site.UrlPattern;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClearingByPageTagTest {

    private static final DistributionId SITE = DistributionId.of("E1SITE");
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final String HEADER = "x-page-tags";

    private final ManualClock clock = ManualClock.startingAt(START);
    private final Site site = Site.builder(BuildId.of("b1")).build();
    private final InMemoryUsageLedger ledger = new InMemoryUsageLedger();

    private FakeCloudFront cloudFront(FakeQuotas quotas) {
        return FakeCloudFront.builder(clock)
                .quotas(quotas)
                .distribution(SITE, HEADER)
                .build();
    }

    private Clearing.Builder clearing(FakeCloudFront cloudFront, CdnQuotas quotas) {
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront, new Ambient(clock, clock::advance, new Random(1)))
                .quotas(quotas)
                .build();
        return Clearing.builder(submitter, SITE);
    }

    private Clearing.Builder clearing() {
        return clearing(cloudFront(FakeQuotas.none()), CdnQuotas.inProgressTable());
    }

    private Wanted page(Router router, String path) {
        Page page = Page.of(router, path);
        PageUrls urls = site.urlsOf(page);
        return new Wanted(
                new HashSet<>(urls.patterns()),
                new HashSet<>(urls.unnameable()),
                Map.of(),
                PageTags.ofAllPages().tagsOf(site, page).covers().stream()
                        .map(cover -> new TagOption(cover.tag(), cover.patterns(), cover.unnameable(), 0))
                        .toList());
    }

    private Wanted page(String path) {
        return page(Router.APP_PAGE, path);
    }

    private static Set<String> items(Planned planned) {
        return planned.batches().stream()
                .flatMap(batch -> batch.spellings().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Planned plan(Clearing.Builder clearing, Wanted... wanted) {
        return clearing.build().plan(List.of(wanted), Clearing.Escalation.NONE, "1");
    }

    @Test
    void aPageIsOneItemWithoutAWildcard() {
        Planned planned = plan(
                clearing().cacheTags(HEADER, START),
                page("/products/7"),
                page(Router.PAGES, "/legacy/a"),
                page("/"),
                page("/a~b"));

        assertThat(items(planned)).containsExactly("#p/", "#p/a~b", "#p/legacy/a", "#p/products/7");
        assertThat(planned.reasons()).isEmpty();
        assertThat(planned.left()).isEmpty();
    }

    @Test
    void whatNoTagNamesIsClearedByPathBesideTheOthers() {
        assertThat(items(plan(clearing().cacheTags(HEADER, START), page("/products/7"), page("/a,b"))))
                .containsExactly("#p/a%2Cb", "#p/products/7", "/a,b", "/a,b?*");
    }

    /** Objects that were cached before carry no tag, so the first clearing after the switch must not rely on one. */
    @Test
    void beforeTheDateOfTheSwitchPagesAreClearedByPath() {
        Clearing clearing =
                clearing().cacheTags("X-Page-Tags", START.plusSeconds(60)).build();
        Planned before = clearing.plan(List.of(page("/p")), Clearing.Escalation.NONE, "1");
        clock.advance(Duration.ofMinutes(1));
        Planned after = clearing.plan(List.of(page("/p")), Clearing.Escalation.NONE, "2");

        assertThat(items(before)).containsExactly("/p", "/p?*");
        assertThat(before.reasons()).singleElement().asString().contains("cached before 2026-11-23T10:01:00Z");
        assertThat(items(after)).containsExactly("#p/p");
    }

    /** AWS: tags do not apply to objects that were cached while they came in another header. */
    @Test
    void aDistributionThatReadsAnotherHeaderIsClearedByPath() {
        Planned planned = plan(clearing().cacheTags("x-new-tags", START), page("/p"));
        assertThat(items(planned)).containsExactly("/p", "/p?*");
        assertThat(planned.reasons())
                .singleElement()
                .asString()
                .contains("reads cache tags from x-page-tags, not from x-new-tags");
    }

    @Test
    void theFreePlanIsRefusedWithTheReason() {
        assertThatThrownBy(() -> clearing()
                        .cacheTags(HEADER, START)
                        .pricing(Pricing.flatRate(Pricing.Tier.FREE))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Free plan has no invalidation by cache tag");

        Planned told = plan(
                clearing().cacheTags(HEADER, START).pricing(() -> Pricing.flatRate(Pricing.Tier.FREE)), page("/p"));
        assertThat(items(told)).containsExactly("/p", "/p?*");
        assertThat(told.reasons()).singleElement().asString().contains("has the Free plan");

        assertThat(items(plan(
                        clearing().cacheTags(HEADER, START).pricing(() -> Pricing.flatRate(Pricing.Tier.PRO)),
                        page("/p"))))
                .containsExactly("#p/p");
    }

    @Test
    void aPricingThatCannotBeToldMakesAPlanByPathAndAReason() {
        Planned planned = plan(
                clearing().cacheTags(HEADER, START).pricing(() -> {
                    throw new IllegalStateException("no answer");
                }),
                page("/p"));
        assertThat(items(planned)).containsExactly("/p", "/p?*");
        assertThat(planned.reasons()).hasSize(2).anyMatch(each -> each.contains("no answer"));
    }

    /** CloudFront ignores the case of tags, so one tag clears both pages. */
    @Test
    void pagesWhosePathsDifferInCaseOnlyAreClearedByPathAndSaidSo() {
        UrlIndex known = UrlIndex.of(List.of("/About", "/about", "/p", "/de-CH/x", "/de-ch/x"));
        for (Collection<Wanted> wanted :
                List.of(List.of(page("/about"), page("/p")), List.of(page("/About"), page("/p")))) {
            Planned planned = clearing()
                    .cacheTags(HEADER, START)
                    .policy(PlanPolicy.noCollateral())
                    .knownUrls(() -> known)
                    .build()
                    .plan(wanted, Clearing.Escalation.NONE, "1");
            assertThat(items(planned)).contains("#p/p").doesNotContain("#p/about", "#p/About");
            assertThat(planned.reasons()).singleElement().asString().contains("differ in case only");
        }
        Planned unknown = plan(clearing().cacheTags(HEADER, START), page("/about"), page("/About"));
        assertThat(items(unknown)).containsExactly("/About", "/About?*", "/about", "/about?*");
    }

    @Test
    void aFlatRatePaysNothingForPathsAndLeavesTheLedgerAlone() {
        FakeCloudFront cloudFront = cloudFront(FakeQuotas.none());
        UrlIndex known =
                UrlIndex.of(IntStream.range(0, 12).mapToObj(i -> "/p/" + i).toList());
        Wanted[] changed = IntStream.range(0, 8)
                .mapToObj(i -> Wanted.of(List.of(UrlPattern.exact("/p/" + i))))
                .toArray(Wanted[]::new);
        Clearing.Builder builder = clearing(cloudFront, CdnQuotas.inProgressTable())
                .knownUrls(() -> known)
                .ledger(ledger)
                .budget(Budget.of(3, Budget.Reaction.REJECT));

        Planned planned = plan(builder.pricing(Pricing.flatRate(Pricing.Tier.BUSINESS)), changed);
        assertThat(planned.plan().cost().money()).isZero();
        assertThat(planned.plan().cost().collateral())
                .as("nothing is gained by a wildcard")
                .isZero();
        assertThat(planned.paths()).isEqualTo(8);
        Clearing clearing = builder.build();
        assertThat(clearing.refusalByBudget()).isEmpty();
        assertThat(clearing.submit(planned.batches(), Duration.ofMinutes(1)).isComplete())
                .isTrue();
        assertThat(ledger.paths(YearMonth.of(2026, 11))).isZero();
    }

    @Test
    void payingAsOneGoesReckonsWithTheAccountsFreePathsThatAreLeft() {
        Clearing.Builder builder = clearing().ledger(ledger).pricing(Pricing.payAsYouGo());
        assertThat(plan(builder, page("/a")).plan().cost().money()).isZero();
        ledger.record(
                DistributionId.of("E9OTHER"),
                new Invalidation(
                        "I1", Invalidation.Status.COMPLETED, START, new CallerReference("r"), 999, Set.of("/x")));
        assertThat(plan(builder, page("/a")).plan().cost().money()).isEqualTo(5_000);
        assertThat(plan(clearing().pricing(Pricing.payAsYouGo()), page("/a"))
                        .plan()
                        .cost()
                        .money())
                .as("without a ledger nobody knows how many are left")
                .isEqualTo(10_000);
    }

    /** The quotas of the submitter decide how long a plan takes, and a policy may cap that. */
    @Test
    void aPlanTakesTheTimeOfTheQuotasInForceAndKeepsToTheMostTimeOfItsPolicy() {
        UrlIndex known =
                UrlIndex.of(IntStream.range(0, 200).mapToObj(i -> "/shop/" + i).collect(Collectors.toList()));
        Wanted[] changed =
                IntStream.range(0, 100).mapToObj(i -> page("/shop/" + 2 * i)).toArray(Wanted[]::new);
        PlanPolicy patient = PlanPolicy.balanced().toBuilder()
                .waitPrice(0)
                .maxWildcards(1_000)
                .prices(PriceList.cloudFront(0).withRefillPrice(1_000_000))
                .build();
        PlanPolicy hurried = patient.toBuilder().maxTime(Duration.ofSeconds(60)).build();
        CdnQuotas rates = CdnQuotas.rateTable();
        FakeCloudFront cloudFront = cloudFront(FakeQuotas.rates());

        Planned slow = plan(clearing(cloudFront, rates).policy(patient).knownUrls(() -> known), changed);
        Planned fast = plan(clearing(cloudFront, rates).policy(hurried).knownUrls(() -> known), changed);

        assertThat(slow.plan().cost().wildcards()).isEqualTo(100);
        assertThat(slow.plan().cost().time()).isBetween(Duration.ofSeconds(200), Duration.ofSeconds(206));
        assertThat(fast.plan().cost().time()).isLessThanOrEqualTo(Duration.ofSeconds(60));
        assertThat(fast.plan().exceeds()).isEmpty();
        assertThat(fast.plan().cost().collateral()).isPositive();
    }
}
