package io.purgewise.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What CloudFront cannot name is cleared by a wildcard only where the policy allows one, and otherwise left and reported. */
class UnnameableUrlsTest {

    private static final UnnameableUrl TILDE = new UnnameableUrl("/~x", false);
    private static final UrlIndex SITE = UrlIndex.of(List.of("/", "/~x", "/about", "/shop/a", "/shop/b~", "/shop/c"));

    private static InvalidationPlan plan(PlanPolicy policy, UrlIndex known, UnnameableUrl... urls) {
        return InvalidationPlanner.of(policy).plan(List.of(), List.of(urls), known, List.of());
    }

    private static List<String> spellings(InvalidationPlan plan) {
        return plan.items().stream().map(InvalidationItem::spelling).toList();
    }

    /** A page named /~x made "/*" a requested pattern: it cleared the whole site under a policy that allowed no collateral. */
    @Test
    void aWildcardThatThePolicyForbidsIsNotTakenForAUrlThatNoPathNames() {
        for (PlanPolicy policy : List.of(
                PlanPolicy.noCollateral(),
                PlanPolicy.onlyInside(List.of("/shop/")),
                PlanPolicy.balanced().toBuilder().maxWildcards(0).build(),
                PlanPolicy.balanced().toBuilder().maxCollateral(4).build(),
                PlanPolicy.balanced().toBuilder()
                        .protectedPrefixes(List.of("/shop/"))
                        .build())) {
            InvalidationPlan plan = plan(policy, SITE, TILDE);
            assertThat(plan.items()).as("%s", policy).isEmpty();
            assertThat(plan.unclearable()).containsExactly(TILDE);
            assertThat(plan.exceeds()).isEmpty();
        }
    }

    @Test
    void whatTheWildcardClearsBesidesIsCollateralAndTheUrlItselfIsNot() {
        InvalidationPlan all = plan(PlanPolicy.balanced(), SITE, TILDE);
        assertThat(spellings(all)).containsExactly("/*");
        assertThat(all.cost()).isEqualTo(new Cost(5_000 + 5 * 110, 5_000, 5, 1, 1, Duration.ofSeconds(5)));
        assertThat(all.unclearable()).isEmpty();
        assertThat(all.patterns()).isEmpty();
        InvalidationPlan alone = plan(PlanPolicy.noCollateral(), SITE, new UnnameableUrl("/shop/b~", false));
        assertThat(spellings(alone)).containsExactly("/shop/b*");
        assertThat(alone.cost().collateral()).isZero();
    }

    @Test
    void ofAnUnknownSiteItIsClearedOnlyWhereCollateralHasNoLimit() {
        assertThat(spellings(plan(PlanPolicy.balanced(), UrlIndex.unknown(), TILDE)))
                .containsExactly("/*");
        assertThat(plan(PlanPolicy.noCollateral(), UrlIndex.unknown(), TILDE).unclearable())
                .containsExactly(TILDE);
    }

    @Test
    void aTagClearsWhatNoWildcardMay() {
        TagOption tag = new TagOption(new CdnTag("x"), Set.of(), Set.of(TILDE), 0);
        InvalidationPlan plan = InvalidationPlanner.of(PlanPolicy.noCollateral())
                .plan(List.of(UrlPattern.exact("/about")), List.of(TILDE), SITE, List.of(tag));
        assertThat(spellings(plan)).containsExactly("#x", "/about");
        assertThat(plan.unclearable()).isEmpty();
        TagOption wide = new TagOption(new CdnTag("x"), Set.of(), Set.of(TILDE), 1);
        assertThat(InvalidationPlanner.of(PlanPolicy.noCollateral())
                        .plan(List.of(), List.of(TILDE), SITE, List.of(wide))
                        .unclearable())
                .containsExactly(TILDE);
    }

    @Test
    void whereTheLimitsDoNotReachForAllThoseThatClearLeastComeFirst() {
        UnnameableUrl shop = new UnnameableUrl("/shop/b~", false);
        PlanPolicy one = PlanPolicy.balanced().toBuilder().maxCollateral(3).build();
        InvalidationPlan plan = plan(one, SITE, TILDE, shop);
        assertThat(spellings(plan)).containsExactly("/shop/b*");
        assertThat(plan.unclearable()).containsExactly(TILDE);
    }

    @Test
    void plansThatClearAllAreThoseOfAnExhaustiveSearch() {
        Random random = new Random(51);
        int cleared = 0;
        int left = 0;
        for (int i = 0; i < 25_000; i++) {
            RandomInstance instance = RandomInstance.of(random, 5);
            List<UnnameableUrl> urls = unnameable(random, instance);
            Map<String, Long> known = new TreeMap<>(instance.known());
            urls.forEach(url -> known.merge(url.url(), (long) random.nextInt(4), Math::max));
            UrlIndexBuilder index = UrlIndex.builder();
            known.forEach(index::add);
            InvalidationPlan plan =
                    InvalidationPlanner.of(instance.policy()).plan(instance.required(), urls, index.build(), List.of());
            if (plan.exceeds().isPresent()) {
                continue;
            }
            Optional<PlannerOracle.Answer> expected =
                    PlannerOracle.solve(instance.required(), urls, known, instance.policy());
            assertThat(plan.unclearable().isEmpty()).as("%s %s", urls, instance).isEqualTo(expected.isPresent());
            if (expected.isPresent()) {
                assertThat(new PlannerOracle.Answer(spellings(plan), plan.cost()))
                        .as("%s %s", urls, instance)
                        .isEqualTo(expected.get());
                cleared++;
            } else {
                assertThat(plan.cost().collateral())
                        .isLessThanOrEqualTo(instance.policy().maxCollateral());
                assertThat(plan.cost().wildcards())
                        .isLessThanOrEqualTo(instance.policy().maxWildcards());
                left++;
            }
        }
        assertThat(cleared).isGreaterThan(5_000);
        assertThat(left).isGreaterThan(2_000);
    }

    private static List<UnnameableUrl> unnameable(Random random, RandomInstance instance) {
        List<String> known = new ArrayList<>(instance.known().keySet());
        known.add("/");
        List<UnnameableUrl> urls = new ArrayList<>();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            String url = known.get(random.nextInt(known.size()));
            urls.add(new UnnameableUrl(url + (random.nextBoolean() ? "~" : "%7Ea"), random.nextInt(4) == 0));
        }
        return urls;
    }
}
