package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.plan.Cost;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.QuotaTable;
import io.purgewise.plan.TagOption;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.PageTags;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Gives the figures of "1,000 scattered pages" in README and docs/plans.md: 1,000 of 50,000 pages changed, none may be evicted beside. */
class ThousandScatteredPagesTest {

    private static final DistributionId SITE = DistributionId.of("E1SITE");
    private static final String HEADER = "x-page-tags";

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T10:00:00Z"));
    private final FakeCloudFront cloudFront = FakeCloudFront.builder(clock)
            .quotas(FakeQuotas.rates())
            .distribution(SITE, HEADER)
            .build();
    private final Site site = Site.builder(BuildId.of("b1")).build();
    private final List<String> paths = new ArrayList<>();

    ThousandScatteredPagesTest() {
        for (int i = 0; i < 50_000; i++) {
            paths.add("/shop/" + i % 97 + "/item-" + i);
        }
    }

    private List<Wanted> changes() {
        List<String> shuffled = new ArrayList<>(paths);
        Collections.shuffle(shuffled, new Random(1));
        return shuffled.subList(0, 1_000).stream().map(this::wanted).toList();
    }

    private Wanted wanted(String path) {
        Page page = Page.of(Router.APP_PAGE, path);
        List<TagOption> tags = PageTags.ofAllPages().tagsOf(site, page).covers().stream()
                .map(cover -> new TagOption(cover.tag(), cover.patterns(), cover.unnameable(), 0))
                .toList();
        return new Wanted(Set.copyOf(site.urlsOf(page).patterns()), Set.of(), Map.of(), tags);
    }

    private Clearing.Builder clearing() {
        // A call takes 150 items, the items of a second.
        CdnQuotas quotas = CdnQuotas.rateTable().toBuilder()
                .callInterval(Duration.ofSeconds(1))
                .build();
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront, new Ambient(clock, clock::advance, new Random(1)))
                .quotas(quotas)
                .build();
        UrlIndex known = UrlIndex.of(paths);
        return Clearing.builder(submitter, SITE)
                .knownUrls(() -> known)
                .policy(PlanPolicy.noCollateral().toBuilder()
                        .maxWildcards(1_000)
                        .build());
    }

    private Duration submit(Clearing clearing, Planned planned) {
        Instant start = clock.instant();
        Cleared cleared = clearing.submit(planned.batches(), Duration.ofHours(1));
        assertThat(cleared.isComplete()).isTrue();
        return Duration.between(start, clock.instant());
    }

    @Test
    void takeAThousandItemsAndSevenSecondsWithPageTags() {
        Clearing clearing = clearing().cacheTags(HEADER, Instant.EPOCH).build();
        Planned planned = clearing.plan(changes(), Clearing.Escalation.NONE, "1");

        Cost cost = planned.plan().cost();
        assertThat(cost.items()).isEqualTo(1_000);
        assertThat(cost.wildcards()).isZero();
        assertThat(cost.collateral()).isZero();
        assertThat(cost.money()).isEqualTo(5_000_000);
        assertThat(planned.plan().exceeds()).isEmpty();
        assertThat(QuotaTable.rates().time(1_000, 0).minusSeconds(5)).isEqualTo(Duration.ofSeconds(7));
        assertThat(submit(clearing, planned)).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(8));
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(1_000);
    }

    @Test
    void takeTwoThousandItemsAndAThousandSecondsByPath() {
        Clearing clearing = clearing().knownUrls(UrlIndex::unknown).build();
        Planned planned = clearing.plan(changes(), Clearing.Escalation.NONE, "1");

        Cost cost = planned.plan().cost();
        assertThat(cost.items()).isEqualTo(2_000);
        assertThat(cost.wildcards()).isEqualTo(1_000);
        assertThat(cost.money()).isEqualTo(10_000_000);
        assertThat(QuotaTable.rates().time(2_000, 1_000).minusSeconds(5)).isEqualTo(Duration.ofSeconds(1_000));
        assertThat(submit(clearing, planned))
                .as("a call holds one wildcard then, and there is one in two seconds")
                .isBetween(Duration.ofSeconds(1_000), Duration.ofSeconds(2_010));
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(2_000);
    }

    /** Known URLs let one wildcard stand for both items of most pages, which halves the price and saves no time. */
    @Test
    void takeHalfTheItemsAndAsManyWildcardsByPathWhereUrlsAreKnown() {
        Cost cost = clearing()
                .build()
                .plan(changes(), Clearing.Escalation.NONE, "1")
                .plan()
                .cost();
        assertThat(cost.items()).isEqualTo(1_024);
        assertThat(cost.wildcards()).isEqualTo(1_000);
        assertThat(cost.time()).isGreaterThan(Duration.ofSeconds(990));
    }
}
