package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
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

/** Plans shapes that hurt sorts and tries; the time should follow the number of characters, not the shape. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@Fork(value = 1, jvmArgs = "-Xmx6g")
public class AdversarialBenchmark {

    @Param({"sharedPrefix", "chain", "longUrls", "sameStart"})
    private String shape = "";

    @Param({"1", "2"})
    private int size;

    private List<UrlPattern> patterns = List.of();
    private UrlIndex known = UrlIndex.unknown();
    private final InvalidationPlanner planner = InvalidationPlanner.of(PlanPolicy.balanced());

    @Setup
    public void makeUrls() {
        List<String> urls = new ArrayList<>(Shapes.urls(shape, size));
        Collections.shuffle(urls, new Random(5));
        known = UrlIndex.of(urls);
        patterns = BenchSite.patterns(urls.subList(0, urls.size() / 2));
    }

    @Benchmark
    public Cost plan() {
        return planner.plan(patterns, known).cost();
    }

    private static final class Shapes {

        static List<String> urls(String shape, int size) {
            List<String> urls = new ArrayList<>();
            switch (shape) {
                case "sharedPrefix" -> {
                    String head = "/" + "a".repeat(3900) + "/";
                    for (int i = 0; i < 10_000 * size; i++) {
                        urls.add(head + i);
                    }
                }
                case "chain" -> {
                    for (int i = 1; i < 2000 * size; i++) {
                        urls.add("/" + "a".repeat(i));
                    }
                }
                case "longUrls" -> {
                    Random random = new Random(6);
                    for (int i = 0; i < 10_000 * size; i++) {
                        StringBuilder url = new StringBuilder("/");
                        while (url.length() < 3999) {
                            url.append((char) ('a' + random.nextInt(26)));
                        }
                        urls.add(url.toString());
                    }
                }
                case "sameStart" -> {
                    for (int i = 0; i < 65_000 * size; i++) {
                        urls.add("/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" + (char) ('a' + i % 26) + "/" + i);
                    }
                }
                default -> throw new IllegalArgumentException("no shape " + shape);
            }
            return urls;
        }
    }
}
