package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.util.Arrays;
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

/**
 * Chooses tags and paths together for some 100,000 changed of 250,000 known URLs, each of which carries one to three tags; tags
 * differ in how many of their pages changed, so that they differ in collateral. The shape says which pages carry a tag: any, a few
 * tags most pages, or those of some categories. Beside it the same patterns without tags.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgs = "-Xmx4g")
public class TagBenchmark {

    private static final int KNOWN = 250_000;
    private static final int CHANGED = 100_000;

    @Param({"64", "500"})
    private int tags;

    @Param({"any", "few", "categories"})
    private String shape = "any";

    @Param({"110", "1600", "5000"})
    private long refillPrice;

    private List<UrlPattern> changed = List.of();
    private UrlIndex known = UrlIndex.unknown();
    private List<TagOption> options = List.of();
    private InvalidationPlanner planner = InvalidationPlanner.of(PlanPolicy.balanced());

    @Setup
    public void makeSite() {
        BenchSite.Tagged site = BenchSite.tagged(KNOWN, CHANGED, tags, shape);
        known = site.known();
        changed = site.changed();
        options = site.options();
        planner = InvalidationPlanner.of(PlanPolicy.balanced().toBuilder()
                .prices(PriceList.cloudFront(0).withRefillPrice(refillPrice))
                .build());
        InvalidationPlan plan = planner.plan(changed, List.of(), known, options);
        System.out.printf("%s of %d changed: %s%n", Arrays.asList(tags, shape, refillPrice), changed.size(), plan);
    }

    @Benchmark
    public Cost withTags() {
        return planner.plan(changed, List.of(), known, options).cost();
    }

    @Benchmark
    public Cost withoutTags() {
        return planner.plan(changed, known).cost();
    }
}
