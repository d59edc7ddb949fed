package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

/** Plans 1,000 changed URLs against 1 million and 10 million known ones, and asks single prefixes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(value = 1, jvmArgs = "-Xmx6g")
public class GrowthBenchmark {

    @Param({"1000000", "10000000"})
    private int known;

    private UrlIndex index = UrlIndex.unknown();
    private List<UrlPattern> patterns = List.of();
    private final InvalidationPlanner planner = InvalidationPlanner.of(PlanPolicy.balanced());
    private int next;

    @Setup
    public void makeSite() {
        UrlIndexBuilder builder = UrlIndex.builder();
        List<String> changed = new ArrayList<>();
        int[] count = new int[1];
        int step = known / 1000;
        BenchSite.forEachUrl(known, url -> {
            builder.add(url);
            if (count[0]++ % step == step / 2) {
                changed.add(url);
            }
        });
        index = builder.build();
        patterns = BenchSite.patterns(changed);
    }

    @Benchmark
    public Cost plan() {
        return planner.plan(patterns, index).cost();
    }

    @Benchmark
    public long weightUnder() {
        next = (next + 1) % patterns.size();
        String url = patterns.get(next).path();
        return index.weightUnder(url.substring(0, url.length() - 4));
    }
}
