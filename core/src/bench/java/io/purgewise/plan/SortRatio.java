package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/**
 * Prints the time of a plan of 1,000,000 of 4,000,000 URLs over that of {@code Arrays.sort} of the same strings, in CPU time of
 * the thread and in turns: for machines that are too busy for {@link PlanBenchmark}.
 */
public final class SortRatio {

    private static final int ROUNDS = 12;

    private SortRatio() {}

    /** Measures the default worth of a page and one at which no wildcard pays by itself. */
    public static void main(String[] args) {
        List<String> all = BenchSite.shuffled(4_000_000);
        UrlIndex known = UrlIndex.of(all);
        String[] changed = all.subList(0, 1_000_000).toArray(String[]::new);
        List<UrlPattern> patterns = BenchSite.patterns(Arrays.asList(changed));
        for (long refillPrice : new long[] {PriceList.PAGE_REFILL_PRICE, 5_000}) {
            InvalidationPlanner planner = InvalidationPlanner.of(PlanPolicy.balanced()
                    .toBuilder()
                    .prices(PriceList.cloudFront(0).withRefillPrice(refillPrice)).build());
            double[] ratios = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                String[] copy = changed.clone();
                double sort = cpuMillis(() -> Arrays.sort(copy));
                double plan = cpuMillis(() -> planner.plan(patterns, known));
                ratios[i] = plan / sort;
                System.out.printf("refill %d: sort %.0f ms, plan %.0f ms, ratio %.2f%n", refillPrice, sort, plan, ratios[i]);
            }
            Arrays.sort(ratios);
            System.out.printf("refill %d: median ratio %.2f%n", refillPrice, ratios[ROUNDS / 2]);
        }
    }

    private static double cpuMillis(Runnable task) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        task.run();
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e6;
    }
}
