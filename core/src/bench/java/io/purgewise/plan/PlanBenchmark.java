package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.commons.collections4.trie.PatriciaTrie;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Plans 1,000,000 changed of 4,000,000 known URLs, beside what the JDK needs to sort the same strings and what other structures
 * and other ways need for them. Changes are scattered over the site, the hardest case: they share the fewest items.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 6)
@Measurement(iterations = 10)
@Fork(value = 1, jvmArgs = "-Xmx6g")
public class PlanBenchmark {

    private static final int KNOWN = 4_000_000;
    private static final int CHANGED = 1_000_000;

    /** What an evicted page is worth: the default, and so much that no wildcard pays by itself. */
    @Param({"110", "5000"})
    private long refillPrice;

    private String[] changed = {};
    private List<UrlPattern> patterns = List.of();
    private UrlIndex known = UrlIndex.unknown();
    private InvalidationPlanner planner = InvalidationPlanner.of(PlanPolicy.balanced());

    @Setup
    public void makeSite() {
        List<String> all = BenchSite.shuffled(KNOWN);
        UrlIndexBuilder builder = UrlIndex.builder();
        all.forEach(builder::add);
        known = builder.build();
        List<String> some = new ArrayList<>(all.subList(0, CHANGED));
        changed = some.toArray(String[]::new);
        patterns = BenchSite.patterns(some);
        planner = InvalidationPlanner.of(
                PlanPolicy.balanced().toBuilder().prices(PriceList.cloudFront(0).withRefillPrice(refillPrice)).build());
    }

    @Benchmark
    public Cost plan() {
        return planner.plan(patterns, known).cost();
    }

    @Benchmark
    public String[] arraysSort() {
        String[] copy = changed.clone();
        Arrays.sort(copy);
        return copy;
    }

    @Benchmark
    public TreeSet<String> treeSet() {
        return new TreeSet<>(Arrays.asList(changed));
    }

    @Benchmark
    public PatriciaTrie<String> patriciaTrie() {
        PatriciaTrie<String> trie = new PatriciaTrie<>();
        for (String url : changed) {
            trie.put(url, url);
        }
        return trie;
    }

    /** The list as it is, without what repeats: SST, the AWS CDK and others; with the threshold of others behind it. */
    @Benchmark
    public int peerListOrThreshold() {
        return new HashSet<>(Arrays.asList(changed)).size();
    }

    /** The single longest common prefix, as Blitz for Craft sends it. */
    @Benchmark
    public String peerOnePrefix() {
        return changed[0].substring(0, commonPrefix(changed)) + "*";
    }

    private static int commonPrefix(String[] urls) {
        int common = urls[0].length();
        for (String url : urls) {
            int i = 0;
            while (i < Math.min(common, url.length()) && url.charAt(i) == urls[0].charAt(i)) {
                i++;
            }
            common = i;
        }
        return common;
    }
}
