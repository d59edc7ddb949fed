package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.plan.InvalidationPlan;
import io.purgewise.plan.InvalidationPlanner;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.PriceList;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.UrlPattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zipf traffic on a shop: what the next day's visitors find missing after plans that know the traffic, and after plans that do not. */
class TrafficRefillTest {

    private static final int REQUESTS = 20_000;
    private static final int CACHES = 13;

    @TempDir
    private Path folder;

    private final List<String> pages = new ArrayList<>();
    private final Random random = new Random(14);

    /** Twenty sections of 200 pages, some of which everybody reads and others nobody; 100 pages change at once, twelve times. */
    @Test
    void trafficSparesAThirdOfTheRefillAtTheSameNumberOfPaths() throws IOException {
        List<Integer> sections = new ArrayList<>();
        for (int section = 0; section < 20; section++) {
            sections.add(section);
            for (int i = 0; i < 200; i++) {
                pages.add("/shop/" + (char) ('a' + section) + "/" + i / 10 + "/" + i % 10);
            }
        }
        Collections.shuffle(sections, random);
        List<String> byRank = new ArrayList<>();
        sections.forEach(section -> byRank.addAll(pages.subList(200 * section, 200 * section + 200)));
        Path log = folder.resolve("today.log");
        StringBuilder lines = new StringBuilder(LogTrafficTest.HEADER);
        traffic(byRank).forEach(url -> lines.append(LogTrafficTest.line("GET", url, 200, "-", "Hit")));
        Files.writeString(log, lines);

        UrlIndex units = UrlIndex.of(pages);
        UrlIndex weighed =
                KnownUrls.fromLogs(List.of(log), Runnable::run, read -> {}).index();
        // Dearer, so that it takes as many paths: at the same price what nobody reads would be evicted to save some.
        PlanPolicy dearer = PlanPolicy.balanced().toBuilder()
                .prices(PriceList.cloudFront(0).withRefillPrice(250))
                .build();
        int[] paths = new int[2];
        long[] refill = new long[2];
        for (int change = 0; change < 12; change++) {
            Set<UrlPattern> changed = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                changed.add(UrlPattern.exact(pages.get(random.nextInt(pages.size()))));
            }
            List<String> tomorrow = traffic(byRank);
            InvalidationPlan blind =
                    InvalidationPlanner.of(PlanPolicy.balanced()).plan(changed, units);
            InvalidationPlan knowing = InvalidationPlanner.of(dearer).plan(changed, weighed);
            paths[0] += blind.items().size();
            paths[1] += knowing.items().size();
            refill[0] += refill(blind, changed, tomorrow);
            refill[1] += refill(knowing, changed, tomorrow);
        }
        assertThat(paths[1]).isLessThanOrEqualTo(paths[0]);
        assertThat(refill[1])
                .as("%d paths, against %d and %d renders", paths[1], paths[0], refill[0])
                .isLessThan(refill[0] * 7 / 10);
    }

    /** Asks for the page of rank r once for every r times that the first one is asked for. */
    private List<String> traffic(List<String> byRank) {
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            urls.add(byRank.get((int) Math.exp(random.nextDouble() * Math.log(byRank.size())) - 1));
        }
        return urls;
    }

    /** Counts the renders that visitors wait for, since an unchanged page was evicted: one in each regional cache that is asked. */
    private long refill(InvalidationPlan plan, Set<UrlPattern> changed, List<String> requests) {
        Set<String> evicted = new HashSet<>();
        for (String url : pages) {
            if (plan.items().stream().anyMatch(item -> ((UrlPattern) item).matches(url))) {
                evicted.add(url);
            }
        }
        changed.forEach(each -> evicted.remove(each.path()));
        Set<String> filled = new HashSet<>();
        long misses = 0;
        for (String url : requests) {
            int cache = random.nextInt(CACHES);
            misses += evicted.contains(url) && filled.add(cache + url) ? 1 : 0;
        }
        return misses;
    }
}
