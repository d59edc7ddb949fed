package io.purgewise.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InvalidationPlannerTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final UrlIndex SHOP = UrlIndex.of(List.of(
            "/",
            "/about",
            "/shop/a",
            "/shop/b",
            "/shop/c",
            "/shop/d",
            "/shop/d?_rsc=x",
            "/shop-closed",
            "/caf%C3%A4",
            "/caf%C3%A5",
            "/caf%C4%80"));

    private static List<UrlPattern> patterns(String... spellings) {
        return Stream.of(spellings).map(UrlPattern::parse).toList();
    }

    private static InvalidationPlan plan(PlanPolicy policy, UrlIndex known, String... required) {
        return InvalidationPlanner.of(policy).plan(patterns(required), known);
    }

    private static List<String> items(PlanPolicy policy, UrlIndex known, String... required) {
        return plan(policy, known, required).items().stream()
                .map(InvalidationItem::spelling)
                .toList();
    }

    @Test
    void nothingToClearIsTheEmptyPlan() {
        InvalidationPlan plan = plan(PlanPolicy.balanced(), SHOP);
        assertThat(plan.items()).isEmpty();
        assertThat(plan.cost()).isEqualTo(new Cost(0, 0, 0, 0, 0, Duration.ZERO));
        assertThat(InvalidationPlanner.of(PlanPolicy.balanced()).alternatives(List.of(), SHOP))
                .containsExactly(new Cost(0, 0, 0, 0, 0, Duration.ZERO));
    }

    @Test
    void theOrderAndRepeatsOfPatternsDoNotMatter() {
        PlanPolicy policy = PlanPolicy.noCollateral();
        assertThat(items(policy, SHOP, "/shop/d?*", "/about", "/shop/d", "/shop/a", "/shop/d?_rsc=x", "/shop/a"))
                .isEqualTo(items(policy, SHOP, "/about", "/shop/a", "/shop/d", "/shop/d?*"))
                .containsExactly("/about", "/shop/a", "/shop/d*");
    }

    @Test
    void sortedPatternsHaveThePlanOfShuffledOnes() {
        Random random = new Random(33);
        for (int i = 0; i < 3_000; i++) {
            RandomInstance instance = RandomInstance.of(random, 12);
            List<UrlPattern> sorted = instance.required().stream().sorted().toList();
            List<UrlPattern> shuffled = new ArrayList<>(sorted);
            Collections.shuffle(shuffled, random);
            InvalidationPlanner planner = InvalidationPlanner.of(instance.policy());
            InvalidationPlan plan = planner.plan(sorted, instance.index());
            InvalidationPlan same = planner.plan(shuffled, instance.index());
            assertThat(plan.items()).as("%s", instance).isEqualTo(same.items());
            assertThat(plan.cost()).isEqualTo(same.cost());
            assertThat(plan.patterns()).isEqualTo(same.patterns());
        }
    }

    @Test
    void withoutCollateralAWildcardTakesWhatMustGoAnyway() {
        assertThat(items(PlanPolicy.noCollateral(), SHOP, "/shop/a", "/shop/b", "/shop/c", "/shop/d", "/shop/d?*"))
                .containsExactly("/shop/*");
    }

    @Test
    void theCheapestPolicyClearsTheSite() {
        assertThat(items(PlanPolicy.cheapest(), SHOP, "/about", "/shop/a")).containsExactly("/*");
    }

    @Test
    void wildcardsStayInsideTheGivenPrefixes() {
        String[] required = {"/about", "/shop/a", "/shop/b"};
        assertThat(items(PlanPolicy.balanced(), SHOP, required)).containsExactly("/*");
        assertThat(items(PlanPolicy.onlyInside(List.of("/shop/")), SHOP, required))
                .containsExactly("/about", "/shop/*");
        assertThat(items(PlanPolicy.onlyInside(List.of()), SHOP, required)).containsExactly(required);
    }

    @Test
    void protectedPrefixesAreNotTouchedFromAboveNorFromBelow() {
        PlanPolicy policy = PlanPolicy.balanced().toBuilder()
                .protectedPrefixes(List.of("/shop/", "/shop/d"))
                .build();
        assertThat(items(policy, SHOP, "/about", "/shop/a", "/shop/b")).containsExactly("/about", "/shop/a", "/shop/b");
        assertThat(items(policy, SHOP, "/about", "/shop/a*", "/shop/b"))
                .containsExactly("/about", "/shop/a*", "/shop/b");
        assertThat(items(policy, SHOP, "/caf%C3%A4", "/caf%C3%A5", "/shop/b"))
                .containsExactly("/caf%C3%*".replace("%*", "*"), "/shop/b");
    }

    @Test
    void aWildcardCutsNoEscapeInHalf() {
        PlanPolicy policy = PlanPolicy.balanced();
        assertThat(items(policy, SHOP, "/caf%C3%A4", "/caf%C3%A5")).containsExactly("/caf%C3*");
        assertThat(items(policy, SHOP, "/caf%C3%A4", "/caf%C4%80")).containsExactly("/caf*");
    }

    @Test
    void wholeSegmentsEndInASlashOrAQuestionMark() {
        PlanPolicy policy = PlanPolicy.balanced().toBuilder()
                .granularity(PlanPolicy.Granularity.SEGMENT)
                .build();
        assertThat(items(policy, SHOP, "/shop/d", "/shop/d?*")).containsExactly("/shop/*");
        assertThat(items(policy.toBuilder().maxCollateral(0).build(), SHOP, "/shop/d", "/shop/d?*"))
                .containsExactly("/shop/d", "/shop/d?*");
        assertThat(items(policy.toBuilder().maxCollateral(0).build(), SHOP, "/about", "/about?a=1", "/about?a=2"))
                .containsExactly("/about", "/about?*");
    }

    @Test
    void anUnknownSiteGetsOnlyTheWildcardsThatPatternsDemand() {
        String[] required = {"/shop/a", "/shop/b", "/shop/d?*"};
        assertThat(items(PlanPolicy.cheapest(), UrlIndex.unknown(), required)).containsExactly(required);
        assertThat(items(PlanPolicy.balanced().toBuilder().assumedSiblings(10).build(), UrlIndex.unknown(), required))
                .containsExactly("/shop/*");
        assertThat(plan(PlanPolicy.balanced().toBuilder().assumedSiblings(10).build(), UrlIndex.unknown(), required)
                        .cost()
                        .collateral())
                .isEqualTo(30);
        assertThat(items(PlanPolicy.balanced().toBuilder().assumedSiblings(1000).build(), UrlIndex.unknown(), required))
                .containsExactly(required);
    }

    @Test
    void weightZeroIsNoCollateral() {
        UrlIndex known = UrlIndex.builder().add("/a/1").add("/a/2", 0).build();
        assertThat(items(PlanPolicy.noCollateral(), known, "/a/1", "/a/3")).containsExactly("/a/*");
    }

    @Test
    void tagsComeFirstAndAreNeverMixedUpWithPaths() {
        TagOption tag = TagOption.of(new CdnTag("shop"), Set.copyOf(patterns("/shop/a", "/shop/b")));
        InvalidationPlan plan = InvalidationPlanner.of(PlanPolicy.noCollateral())
                .plan(patterns("/about", "/shop/a", "/shop/b"), List.of(), SHOP, List.of(tag));
        assertThat(plan.items()).containsExactly(new CdnTag("shop"), UrlPattern.exact("/about"));
        assertThat(plan.cost()).isEqualTo(new Cost(10_000, 10_000, 0, 2, 0, SOON));
        assertThat(plan.explain().entries().get(0).clears()).containsExactlyElementsOf(patterns("/shop/a", "/shop/b"));
    }

    @Test
    void aTagThatIsNotCheaperIsLeftOut() {
        TagOption tag = TagOption.of(new CdnTag("about"), Set.copyOf(patterns("/about")));
        assertThat(InvalidationPlanner.of(PlanPolicy.balanced())
                        .plan(patterns("/about"), List.of(), SHOP, List.of(tag))
                        .items())
                .containsExactly(UrlPattern.exact("/about"));
    }

    @Test
    void aPlanThatNoLimitAllowsSaysWhichOneItExceeds() {
        InvalidationPlan plan = InvalidationPlanner.of(PlanPolicy.noCollateral().toBuilder()
                        .maxWildcards(1)
                        .protectedPrefixes(List.of("/about"))
                        .build())
                .plan(patterns("/a/*", "/shop/d?*"), SHOP);
        assertThat(plan.exceeds()).contains(InvalidationPlan.Limit.MAX_WILDCARDS);
        assertThat(plan.cost().wildcards()).isEqualTo(2);
        assertThat(plan).hasToString("InvalidationPlan[cost=" + plan.cost() + ", gap=0, exceeds=maxWildcards]");
    }

    @Test
    void aPlanExplainsItselfItemByItem() {
        PlanPolicy policy = PlanPolicy.balanced().toBuilder()
                .prices(PriceList.cloudFront(0).withRefillPrice(10))
                .build();
        PlanExplanation why = plan(policy, SHOP, "/about", "/shop/a", "/shop/b", "/shop/c", "/shop/d", "/shop/d?*")
                .explain();
        assertThat(why.entries()).singleElement().satisfies(entry -> {
            assertThat(entry.item().spelling()).isEqualTo("/*");
            assertThat(entry.clears()).hasSize(6);
            assertThat(entry.collateral()).isEqualTo(5);
            assertThat(entry.price()).isEqualTo(5_050);
            assertThat(entry.priceAsSinglePaths()).isEqualTo(30_000);
        });
        assertThat(why.asSinglePaths()).isEqualTo(new Cost(30_000, 30_000, 0, 6, 1, SOON));
        assertThat(why)
                .hasToString(
                        "1 item (1 wildcards), bill $0.005000, collateral 5, time 5 s, objective $0.005050; as single paths 6 items, "
                                + "$0.030000, time 5 s\n"
                                + "  /*  clears 6 patterns, collateral 5, $0.005050 instead of $0.030000\n"
                                + "    /about\n    /shop/a\n    /shop/b\n    /shop/c\n    /shop/d\n    and 1 more\n");
    }

    @Test
    void aPlanClearsWhatItsItemsName() {
        Random random = new Random(31);
        for (int i = 0; i < 3_000; i++) {
            RandomInstance instance = RandomInstance.of(random, 8);
            InvalidationPlan plan =
                    InvalidationPlanner.of(instance.policy()).plan(instance.required(), instance.index());
            if (plan.exceeds().isEmpty()) {
                Collection<UrlPattern> items = plan.items().stream()
                        .map(item -> UrlPattern.parse(item.spelling()))
                        .toList();
                for (String url : instance.known().keySet()) {
                    assertThat(plan.clears(url))
                            .as("%s by %s", url, items)
                            .isEqualTo(items.stream().anyMatch(item -> item.matches(url)));
                }
                assertThat(plan.patterns()).allMatch(p -> items.stream().anyMatch(item -> item.covers(p)));
                assertThat(plan.items().stream().map(InvalidationItem::spelling))
                        .isSorted()
                        .doesNotHaveDuplicates();
                assertThat(plan.explain().entries().stream()
                                .mapToLong(PlanExplanation.Entry::collateral)
                                .sum())
                        .isEqualTo(plan.cost().collateral());
            }
        }
    }

    @Test
    void alternativesTradeItemsForCollateral() {
        List<Cost> alternatives = InvalidationPlanner.of(PlanPolicy.balanced())
                .alternatives(patterns("/about", "/shop/a", "/shop/b", "/shop/c"), SHOP);
        assertThat(alternatives)
                .extracting(Cost::items, Cost::collateral)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1, 7L),
                        org.assertj.core.groups.Tuple.tuple(2, 2L),
                        org.assertj.core.groups.Tuple.tuple(4, 0L));
    }

    @Test
    void noAlternativeIsMissedAndThePlanIsOneOfThem() {
        Random random = new Random(32);
        for (int i = 0; i < 2_000; i++) {
            RandomInstance instance = RandomInstance.of(random, 6);
            InvalidationPlanner planner = InvalidationPlanner.of(instance.policy());
            List<Cost> alternatives = planner.alternatives(instance.required(), instance.index());
            for (Cost alternative : alternatives) {
                PlanPolicy pure = instance.policy().toBuilder()
                        .prices(new PriceList(1, 0, 1000))
                        .maxCollateral(Math.min(instance.policy().maxCollateral(), alternative.collateral()))
                        .build();
                Cost least = PlannerOracle.solve(
                                instance.required(),
                                instance.known(),
                                pure.toBuilder()
                                        .prices(new PriceList(1_000_000, 0, 1))
                                        .build())
                        .orElseThrow()
                        .cost();
                assertThat(least.items()).as("%s", instance).isEqualTo(alternative.items());
                assertThat(least.collateral()).isEqualTo(alternative.collateral());
            }
            InvalidationPlan plan = planner.plan(instance.required(), instance.index());
            if (plan.exceeds().isEmpty()) {
                Cost cost = plan.cost();
                long best =
                        alternatives.stream().mapToLong(Cost::objective).min().orElseThrow();
                assertThat(best).isEqualTo(cost.objective());
            } else {
                assertThat(alternatives).isEmpty();
            }
        }
    }

    @Test
    void sumsThatOverflowAreRefusedBeforeAnyWork() {
        List<UrlPattern> two = patterns("/a", "/b");
        assertRefused(
                PlanPolicy.balanced().toBuilder()
                        .prices(new PriceList(Long.MAX_VALUE / 2, 0, 0))
                        .build(),
                two,
                SHOP);
        assertRefused(
                PlanPolicy.balanced().toBuilder()
                        .prices(new PriceList(1, 0, Long.MAX_VALUE / 4))
                        .build(),
                two,
                SHOP);
        assertRefused(
                PlanPolicy.balanced(),
                two,
                UrlIndex.builder().add("/a", Long.MAX_VALUE).build());
        assertRefused(
                PlanPolicy.balanced().toBuilder()
                        .assumedSiblings(Long.MAX_VALUE)
                        .build(),
                two,
                UrlIndex.unknown());
    }

    private static void assertRefused(PlanPolicy policy, List<UrlPattern> required, UrlIndex known) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InvalidationPlanner.of(policy).plan(required, known))
                .withMessageContaining("2^59");
    }

    @Test
    void negativePricesAndLimitsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PriceList(-1, 0, 0))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException().isThrownBy(() -> new PriceList(0, -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new PriceList(0, 0, -1));
        PlanPolicy policy = PlanPolicy.balanced();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.toBuilder().maxWildcards(-1).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.toBuilder().maxCollateral(-1).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.toBuilder().assumedSiblings(-1).build());
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> policy.toBuilder().protectedPrefixes(List.of("x")).build());
        assertThatIllegalArgumentException().isThrownBy(() -> PlanPolicy.onlyInside(List.of("/a b")));
    }

    @Test
    void theLargestFreeTierAndLimitsDoNotOverflow() {
        PlanPolicy policy = PlanPolicy.balanced().toBuilder()
                .prices(new PriceList(5000, Long.MAX_VALUE, 10))
                .maxWildcards(Integer.MAX_VALUE)
                .build();
        String[] required = IntStream.range(0, 50).mapToObj(i -> "/shop/" + i).toArray(String[]::new);
        assertThat(plan(policy, SHOP, required).cost().objective()).isZero();
    }
}
