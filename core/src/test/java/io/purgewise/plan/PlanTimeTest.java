package io.purgewise.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The third currency: how long a plan takes under the quotas in force. */
class PlanTimeTest {

    private static final PlanPolicy RATES = PlanPolicy.balanced().toBuilder()
            .quotaTable(QuotaTable.rates())
            .maxWildcards(10_000)
            .build();

    /** Pages far apart from each other, each a URL with its query variants, on a site of many more. */
    private final List<UrlPattern> scattered = new ArrayList<>();

    private final List<TagOption> pageTags = new ArrayList<>();

    private UrlIndex site(int pages) {
        UrlIndexBuilder builder = UrlIndex.builder();
        for (int i = 0; i < 50 * pages; i++) {
            builder.add("/" + i / 50 + "/" + i % 50, 10);
        }
        for (int i = 0; i < pages; i++) {
            UrlPattern page = UrlPattern.exact("/" + i + "/" + i % 50);
            UrlPattern variants = UrlPattern.prefix(page.path() + "?");
            scattered.addAll(List.of(page, variants));
            pageTags.add(TagOption.of(new CdnTag("page-" + i), Set.of(page, variants)));
        }
        return builder.build();
    }

    @Test
    void aThousandScatteredPagesTakeAThousandSecondsByPathsAndSevenByPageTags() {
        assertThat(QuotaTable.rates().time(2_000, 1_000)).isEqualTo(Duration.ofSeconds(5 + 1_000));
        assertThat(QuotaTable.rates().time(1_000, 0)).isEqualTo(Duration.ofSeconds(5 + 7));
        assertThat(QuotaTable.inProgress().time(2_000, 15)).isEqualTo(Duration.ofSeconds(5));
        assertThat(QuotaTable.inProgress().time(2_000, 16)).isEqualTo(Duration.ofMillis(5_000 + 1_667));
        assertThat(QuotaTable.rates().time(0, 0)).isEqualTo(Duration.ZERO);
    }

    @Test
    void aPolicyThatPaysForTimeWaitsLess() {
        UrlIndex known = site(40);
        InvalidationPlan patient =
                InvalidationPlanner.of(RATES.toBuilder().waitPrice(0).build()).plan(scattered, known);
        InvalidationPlan hasty = InvalidationPlanner.of(
                        RATES.toBuilder().waitPrice(1_000).build())
                .plan(scattered, known);
        assertThat(hasty.cost().time()).isLessThan(patient.cost().time());
        assertThat(hasty.cost().collateral()).isGreaterThan(patient.cost().collateral());
        InvalidationPlan byTags =
                InvalidationPlanner.of(RATES).plan(scattered.subList(0, 16), List.of(), known, pageTags.subList(0, 8));
        assertThat(byTags.cost().wildcards()).isZero();
        assertThat(byTags.items()).allMatch(CdnTag.class::isInstance).hasSize(8);
    }

    @Test
    void aLimitOnTimeIsKeptOrNamed() {
        UrlIndex known = site(40);
        PlanPolicy minute = RATES.toBuilder().maxTime(Duration.ofSeconds(25)).build();
        InvalidationPlan plan = InvalidationPlanner.of(minute).plan(scattered, known);
        assertThat(plan.exceeds()).isEmpty();
        assertThat(plan.gap()).isZero();
        assertThat(plan.cost().time()).isLessThanOrEqualTo(Duration.ofSeconds(25));
        PlanPolicy pure = minute.toBuilder().maxCollateral(0).build();
        assertThat(InvalidationPlanner.of(pure).plan(scattered, known).exceeds())
                .contains(InvalidationPlan.Limit.MAX_TIME);
        PlanPolicy atOnce = minute.toBuilder().maxTime(Duration.ofSeconds(1)).build();
        InvalidationPlan late = InvalidationPlanner.of(atOnce).plan(scattered, known);
        assertThat(late.exceeds()).contains(InvalidationPlan.Limit.MAX_TIME);
        assertThat(late.cost().wildcards()).isPositive();
    }

    @Test
    void alternativesShowDollarsRendersAndTime() {
        List<Cost> all = InvalidationPlanner.of(RATES).alternatives(scattered, site(6));
        assertThat(all).extracting(Cost::time).contains(Duration.ofSeconds(6), Duration.ofSeconds(11));
        for (Cost one : all) {
            assertThat(all)
                    .noneMatch(other -> !other.equals(one)
                            && other.items() <= one.items()
                            && other.collateral() <= one.collateral()
                            && other.time().compareTo(one.time()) <= 0);
        }
    }

    @Test
    void manyPatternsAreExactOrSayHowFarTheyMayBeOff() {
        Random random = new Random(61);
        UrlIndexBuilder builder = UrlIndex.builder();
        List<UrlPattern> patterns = new ArrayList<>();
        IntStream.range(0, 60_000).forEach(i -> {
            String url = "/" + random.nextInt(8) + "/" + random.nextInt(40) + "/page-" + i;
            builder.add(url, 1 + random.nextInt(20));
            if (random.nextInt(3) == 0) {
                patterns.add(UrlPattern.exact(url));
            }
        });
        UrlIndex known = builder.build();
        for (QuotaTable table : List.of(QuotaTable.rates(), QuotaTable.inProgress())) {
            for (long waitPrice : new long[] {1, 100, 1_000}) {
                PlanPolicy policy =
                        RATES.toBuilder().quotaTable(table).waitPrice(waitPrice).build();
                InvalidationPlan plan = InvalidationPlanner.of(policy).plan(patterns, known);
                assertThat(plan.gap())
                        .as("%s", policy)
                        .isBetween(0L, plan.cost().objective() / 1_000);
                assertThat(plan.items().stream().filter(InvalidationItem::isWildcard))
                        .hasSize(plan.cost().wildcards());
            }
        }
    }
}
