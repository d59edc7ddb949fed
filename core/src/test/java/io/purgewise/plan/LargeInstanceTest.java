package io.purgewise.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Plans more patterns than an exhaustive search could, where the free tier ends or collateral is limited. */
class LargeInstanceTest {

    private final List<UrlPattern> patterns = new ArrayList<>();
    private UrlIndex known = UrlIndex.unknown();

    private void makeSite(int pages, int everyNth) {
        Random random = new Random(41);
        UrlIndexBuilder builder = UrlIndex.builder();
        for (int i = 0; i < pages; i++) {
            String url = "/" + random.nextInt(8) + "/" + random.nextInt(40) + "/page-" + i;
            builder.add(url, 1 + random.nextInt(20));
            if (random.nextInt(everyNth) == 0) {
                patterns.add(UrlPattern.exact(url));
            }
        }
        known = builder.build();
    }

    @Test
    void twoThousandPatternsAreExactWhereEverythingBinds() {
        makeSite(6_000, 3);
        patterns.subList(2_000, Math.max(2_000, patterns.size())).clear();
        for (long cap : new long[] {100, 1_000, 7_777}) {
            InvalidationPlan plan = InvalidationPlanner.of(PlanPolicy.balanced().toBuilder()
                            .prices(new PriceList(5000, 500, 10))
                            .maxCollateral(cap)
                            .build())
                    .plan(patterns, known);
            assertThat(plan.gap()).isZero();
            assertThat(plan.cost().collateral()).isLessThanOrEqualTo(cap);
            assertThat(plan.cost().wildcards()).isLessThanOrEqualTo(15);
        }
    }

    @Test
    void manyPatternsAreExactOrSayHowFarTheyMayBeOff() {
        makeSite(60_000, 3);
        int open = 0;
        for (long cap : new long[] {1_000, 50_000}) {
            InvalidationPlan plan = InvalidationPlanner.of(PlanPolicy.balanced().toBuilder()
                            .prices(new PriceList(5000, 1000, 10))
                            .maxCollateral(cap)
                            .build())
                    .plan(patterns, known);
            assertThat(plan.cost().collateral()).isLessThanOrEqualTo(cap);
            assertThat(plan.gap()).isBetween(0L, plan.cost().objective() / 20);
            open += plan.gap() > 0 ? 1 : 0;
        }
        assertThat(open).isEqualTo(1);
    }

    /** 5,000 URLs of up to 3,900 characters ended in an OutOfMemoryError at 512 MB where the limit on collateral binds. */
    @Test
    void aSearchThatWouldNeedMoreMemoryThanItMayEndsWithItsGap() {
        Random random = new Random(1);
        UrlIndexBuilder builder = UrlIndex.builder();
        for (int i = 0; i < 5_000; i++) {
            String url = "/" + "a".repeat(random.nextInt(3_900)) + Integer.toString(i, 36);
            builder.add(url);
            if (i % 2 == 0) {
                patterns.add(UrlPattern.exact(url));
            }
        }
        known = builder.build();
        int open = 0;
        for (long cap : new long[] {500, 5_000}) {
            InvalidationPlan plan = InvalidationPlanner.of(PlanPolicy.balanced().toBuilder()
                            .maxCollateral(cap)
                            .searchMemory(16)
                            .build())
                    .plan(patterns, known);
            assertThat(plan.cost().collateral()).isLessThanOrEqualTo(cap);
            assertThat(plan.cost().objective() - plan.gap()).isPositive();
            open += plan.gap() > 0 ? 1 : 0;
        }
        assertThat(open).isEqualTo(1);
    }

    @Test
    void aPlanThatWantedMoreMemoryIsNoFartherOffThanItSays() {
        UrlIndexBuilder builder = UrlIndex.builder();
        for (int i = 0; i < 2_000; i++) {
            String url = "/" + "a".repeat(i) + "b";
            builder.add(url, 1 + i % 7);
            if (i % 2 == 0) {
                patterns.add(UrlPattern.exact(url));
            }
        }
        known = builder.build();
        PlanPolicy policy = PlanPolicy.balanced().toBuilder().maxCollateral(777).build();
        InvalidationPlan exact = InvalidationPlanner.of(policy).plan(patterns, known);
        InvalidationPlan small = InvalidationPlanner.of(
                        policy.toBuilder().searchMemory(1).build())
                .plan(patterns, known);
        assertThat(exact.gap()).isZero();
        assertThat(small.cost().collateral()).isLessThanOrEqualTo(777);
        assertThat(small.gap()).isPositive();
        assertThat(exact.cost().objective())
                .isBetween(small.cost().objective() - small.gap(), small.cost().objective());
    }
}
