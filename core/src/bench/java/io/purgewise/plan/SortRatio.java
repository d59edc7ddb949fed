package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prints the time of a plan of 1,000,000 of 4,000,000 URLs over that of {@code Arrays.sort} of the same strings, in CPU time of
 * the thread and in turns: for machines that are too busy for {@link PlanBenchmark}.
 */
public final class SortRatio {

    private static final int ROUNDS = Integer.getInteger("rounds", 9);

    private SortRatio() {}

    /** Measures several policies on shuffled URLs, and sorted URLs that lie in memory as a listing puts them there. */
    public static void main(String[] args) {
        List<String> all = BenchSite.shuffled(4_000_000);
        UrlIndex known = UrlIndex.of(all);
        String[] changed = all.subList(0, 1_000_000).toArray(String[]::new);
        List<UrlPattern> shuffled = BenchSite.patterns(Arrays.asList(changed));
        List<UrlPattern> sorted = BenchSite.patterns(Arrays.stream(changed)
                .sorted()
                .map(url -> new String(url.toCharArray()))
                .toList());
        Map<String, double[]> ratios = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            String[] copy = changed.clone();
            double sort = cpuMillis(() -> Arrays.sort(copy));
            int at = round;
            policies().forEach((name, policy) -> {
                InvalidationPlanner planner = InvalidationPlanner.of(policy);
                ratios.computeIfAbsent(name, key -> new double[ROUNDS])[at] =
                        cpuMillis(() -> planner.plan(shuffled, known)) / sort;
                ratios.computeIfAbsent(name + ", sorted", key -> new double[ROUNDS])[at] =
                        cpuMillis(() -> planner.plan(sorted, known)) / sort;
            });
            ratios.computeIfAbsent("sorting alone", key -> new double[ROUNDS])[at] =
                    cpuMillis(() -> SortedPatterns.of(shuffled)) / sort;
            ratios.computeIfAbsent("sorting alone, sorted", key -> new double[ROUNDS])[at] =
                    cpuMillis(() -> SortedPatterns.of(sorted)) / sort;
        }
        ratios.forEach((name, values) -> {
            Arrays.sort(values);
            System.out.printf("%-40s median %.2f, least %.2f%n", name, values[ROUNDS / 2], values[0]);
        });
    }

    private static Map<String, PlanPolicy> policies() {
        PlanPolicy patient = PlanPolicy.balanced().toBuilder().waitPrice(0).build();
        Map<String, PlanPolicy> policies = new LinkedHashMap<>();
        policies.put("page worth 110, time nothing", patient);
        policies.put(
                "page worth 5,000, time nothing",
                patient.toBuilder()
                        .prices(PriceList.cloudFront(0).withRefillPrice(5_000))
                        .build());
        policies.put("page worth 110, in progress", PlanPolicy.balanced());
        policies.put(
                "page worth 110, rates",
                PlanPolicy.balanced().toBuilder()
                        .quotaTable(QuotaTable.rates())
                        .build());
        return policies;
    }

    private static double cpuMillis(Runnable task) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        task.run();
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e6;
    }
}
