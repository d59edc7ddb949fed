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
            InvalidationPlan plan = InvalidationPlanner.of(PlanPolicy.balanced()
                            .withPrices(new PriceList(5000, 500, 10))
                            .withMaxCollateral(cap))
                    .plan(patterns, known)
                    .orThrow();
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
            InvalidationPlan plan = InvalidationPlanner.of(PlanPolicy.balanced()
                            .withPrices(new PriceList(5000, 1000, 10))
                            .withMaxCollateral(cap))
                    .plan(patterns, known)
                    .orThrow();
            assertThat(plan.cost().collateral()).isLessThanOrEqualTo(cap);
            assertThat(plan.gap()).isBetween(0L, plan.cost().objective() / 20);
            open += plan.gap() > 0 ? 1 : 0;
        }
        assertThat(open).isEqualTo(1);
    }
}
