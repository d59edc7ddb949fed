package io.purgewise.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class UrlIndexTest {

    @Test
    void answersLikeASortedMapWhateverTheOrderOfArrival() {
        Random random = new Random(7);
        for (int round = 0; round < 60; round++) {
            TreeMap<String, Long> model = new TreeMap<>();
            UrlIndexBuilder builder = UrlIndex.builder();
            for (int i = 0, n = random.nextInt(1500); i < n; i++) {
                String url = randomUrl(random);
                long weight = random.nextInt(4) == 0 ? random.nextInt(100_000) : 1;
                builder.add(url, weight);
                model.merge(url, weight, Math::max);
            }
            assertEqual(builder.build(), model, random);
        }
    }

    @Test
    void deltasAddUpToTheWhole() {
        Random random = new Random(8);
        TreeMap<String, Long> model = new TreeMap<>();
        UrlIndex index = UrlIndex.of(List.of());
        for (int round = 0; round < 80; round++) {
            UrlIndexBuilder delta = UrlIndex.builder();
            for (int i = 0, n = random.nextInt(60); i < n; i++) {
                String url = randomUrl(random);
                long weight = random.nextInt(5);
                delta.add(url, weight);
                model.merge(url, weight, Math::max);
            }
            UrlIndex before = index;
            long sizeBefore = before.size();
            index = index.plus(delta.build());
            assertThat(before.size()).isEqualTo(sizeBefore);
            assertEqual(index, model, random);
            assertThat(index.segments()).hasSizeLessThan(16);
        }
    }

    @Test
    void aSmallDeltaLeavesTheLargeSegmentAsItIs() {
        UrlIndexBuilder builder = UrlIndex.builder();
        for (int i = 0; i < 10_000; i++) {
            builder.add("/products/" + i);
        }
        UrlIndex large = builder.build();
        UrlIndex grown = large.plus(UrlIndex.of(List.of("/products/new", "/products/17")));
        assertThat(grown.size()).isEqualTo(10_001);
        assertThat(grown.segments().get(0)).isSameAs(large.segments().get(0));
        assertThat(large.plus(UrlIndex.of(List.of("/products/17")))).isSameAs(large);
    }

    @Test
    void anUnknownSiteStaysUnknown() {
        assertThat(UrlIndex.unknown().plus(UrlIndex.of(List.of("/a"))).isUnknown())
                .isTrue();
        assertThat(UrlIndex.of(List.of("/a")).plus(UrlIndex.unknown()).isUnknown())
                .isTrue();
        assertThat(UrlIndex.of(List.of()).isUnknown()).isFalse();
    }

    @Test
    void urlsAreKeptInTheSpellingOfCloudFront() {
        UrlIndex index = UrlIndex.of(List.of("/café", "/caf%C3%A9", "/a b"));
        assertThat(index.size()).isEqualTo(2);
        assertThat(index.weightOf("/caf%C3%A9")).hasValue(1);
        assertThat(index.weightOf("/a%20b")).hasValue(1);
        assertThat(index.weightUnder("/caf%C3")).isEqualTo(1);
    }

    @Test
    void badUrlsAndWeightsAreRefused() {
        UrlIndexBuilder builder = UrlIndex.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.add("a")).withMessageContaining("\"a\"");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.add(""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.add("/a\n"))
                .withMessageContaining("control");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.add("/a\u007f"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.add("/" + "a".repeat(8192)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.add("/a", -1))
                .withMessageContaining("-1");
        assertThat(builder.build().size()).isZero();
    }

    @Test
    void weightsThatOverflowAreRefused() {
        UrlIndexBuilder builder = UrlIndex.builder().add("/a", Long.MAX_VALUE).add("/b", 1);
        assertThatIllegalArgumentException().isThrownBy(builder::build);
        UrlIndex full = UrlIndex.builder().add("/a", Long.MAX_VALUE).build();
        assertThatIllegalArgumentException().isThrownBy(() -> full.plus(UrlIndex.of(List.of("/b"))));
    }

    static void assertEqual(UrlIndex index, NavigableMap<String, Long> model, Random random) {
        assertThat(index.size()).isEqualTo(model.size());
        assertThat(index.weight())
                .isEqualTo(model.values().stream().mapToLong(w -> w).sum());
        for (int i = 0; i < 200; i++) {
            String url = randomUrl(random);
            Long weight = model.get(url);
            assertThat(index.weightOf(url))
                    .as(url)
                    .isEqualTo(weight == null ? OptionalLong.empty() : OptionalLong.of(weight));
            String prefix = url.substring(0, 1 + random.nextInt(url.length()));
            long under = 0;
            for (Map.Entry<String, Long> entry : model.tailMap(prefix).entrySet()) {
                if (!entry.getKey().startsWith(prefix)) {
                    break;
                }
                under += entry.getValue();
            }
            assertThat(index.weightUnder(prefix)).as(prefix).isEqualTo(under);
        }
    }

    static String randomUrl(Random random) {
        StringBuilder url = new StringBuilder();
        for (int i = 0, n = 1 + random.nextInt(4); i < n; i++) {
            url.append('/').append(random.nextInt(2) == 0 ? "category-" : "c").append(random.nextInt(12));
        }
        return random.nextInt(4) == 0 ? url + "?_rsc=" + random.nextInt(9) : url.toString();
    }

    /** Far searches go through a directory of blocks; the smaller models above have hardly an entry in it. */
    @Test
    void farSearchesInALargeIndexAgreeWithASortedArray() {
        Random random = new Random(16);
        UrlIndexBuilder builder = UrlIndex.builder();
        TreeSet<String> urls = new TreeSet<>();
        while (urls.size() < 60_000) {
            urls.add("/" + random.nextInt(40) + "/" + Integer.toString(random.nextInt(50_000), 36) + "/x"
                    + random.nextInt(3));
        }
        urls.forEach(builder::add);
        UrlIndex index = builder.build();
        List<String> sorted = List.copyOf(urls);
        for (int i = 0; i < 3_000; i++) {
            String url = sorted.get(random.nextInt(sorted.size()));
            String prefix = url.substring(0, 1 + random.nextInt(url.length()));
            assertThat(index.weightUnder(prefix))
                    .as(prefix)
                    .isEqualTo(urls.subSet(prefix, prefix + Character.MAX_VALUE).size());
        }
        // A plan asks for many prefixes in one walk.
        List<UrlPattern> scattered = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i += 150 + random.nextInt(100)) {
            scattered.add(UrlPattern.exact(sorted.get(i)));
        }
        PlanPolicy policy = PlanPolicy.balanced().toBuilder()
                .prices(new PriceList(5_000, 0, 20))
                .maxWildcards(1_000)
                .build();
        InvalidationPlan plan = InvalidationPlanner.of(policy).plan(scattered, index);
        long cleared = sorted.stream().filter(plan::clears).count();
        assertThat(plan.cost().wildcards()).isPositive();
        assertThat(plan.cost().collateral()).isEqualTo(cleared - scattered.size());
    }

    @Test
    void urlsThatDifferInCaseOnlyAreFoundOverAllSegments() {
        UrlIndex index =
                UrlIndex.of(List.of("/a", "/B/c", "/caf%C3%A9", "/x")).plus(UrlIndex.of(List.of("/b/C", "/y")));
        assertThat(index.equalIgnoringCase("/b/c")).containsExactly("/B/c", "/b/C");
        assertThat(index.equalIgnoringCase("/a")).isEmpty();
        assertThat(index.equalIgnoringCase("/A")).isEmpty();
        assertThat(UrlIndex.unknown().equalIgnoringCase("/a")).isEmpty();
    }
}
