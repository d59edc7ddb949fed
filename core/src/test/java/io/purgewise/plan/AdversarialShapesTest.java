package io.purgewise.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sorts and plans the shapes that hurt sorts and tries; what is counted follows the number of characters. */
class AdversarialShapesTest {

    /** Each character is looked at a few times in a word of eight, whatever the shape. */
    private static final int MOVES_PER_BYTE = 6;

    private static StringSort.Sorted sort(List<String> strings) {
        byte[] text = new byte[strings.stream().mapToInt(String::length).sum() + 8];
        int[] start = new int[strings.size()];
        int[] end = new int[strings.size()];
        int at = 0;
        for (int i = 0; i < start.length; i++) {
            byte[] bytes = strings.get(i).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(bytes, 0, text, at, bytes.length);
            start[i] = at;
            at += bytes.length;
            end[i] = at;
        }
        StringSort.Sorted sorted = StringSort.sort(text, start, end);
        String[] expected = strings.toArray(String[]::new);
        Arrays.sort(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(strings.get(sorted.order()[i])).isEqualTo(expected[i]);
            int common = 0;
            while (i > 0
                    && common < Math.min(expected[i].length(), expected[i - 1].length())
                    && expected[i].charAt(common) == expected[i - 1].charAt(common)) {
                common++;
            }
            assertThat(sorted.lcp()[i]).isEqualTo(common);
        }
        assertThat(sorted.lcp()[expected.length]).isZero();
        assertThat(sorted.moves()).isLessThanOrEqualTo((long) MOVES_PER_BYTE * at);
        return sorted;
    }

    private static List<String> shuffled(List<String> strings) {
        List<String> copy = new ArrayList<>(strings);
        Collections.shuffle(copy, new Random(1));
        return copy;
    }

    private static List<String> chain(int length) {
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            urls.add("/" + "a".repeat(i));
        }
        return shuffled(urls);
    }

    private static List<String> sharedPrefix(int count) {
        String head = "/" + "x".repeat(3_900) + "/";
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            urls.add(head + i);
        }
        return shuffled(urls);
    }

    @Test
    void randomStringsAreSorted() {
        Random random = new Random(2);
        for (int round = 0; round < 300; round++) {
            List<String> strings = new ArrayList<>();
            int alphabet = 1 + random.nextInt(4);
            int longest = 1 + random.nextInt(30);
            for (int i = 0, n = 1 + random.nextInt(300); i < n; i++) {
                StringBuilder text = new StringBuilder();
                for (int k = random.nextInt(longest) + 6; k > 0; k--) {
                    text.append((char) ('!' + random.nextInt(alphabet)));
                }
                strings.add(text.toString());
            }
            sort(strings);
        }
    }

    @Test
    void urlsThatArePrefixesOfEachOtherAreSorted() {
        sort(chain(3_000));
    }

    @Test
    void urlsWithAVeryLongSharedPrefixAreSorted() {
        sort(sharedPrefix(2_000));
    }

    @Test
    void equalUrlsAreSorted() {
        sort(Collections.nCopies(5_000, "/" + "a".repeat(500)));
    }

    @Test
    void sixtyFiveThousandEqualFirstCharactersAreSorted() {
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < 65_000; i++) {
            urls.add("/aaaaaaaaaaaaaaaaaaaaaaaa" + (char) ('a' + i % 26) + "/" + i);
        }
        sort(shuffled(urls));
    }

    @Test
    void aChainOfPrefixesBecomesOneWildcard() {
        List<String> urls = chain(3_900);
        List<UrlPattern> patterns = urls.stream().map(UrlPattern::exact).toList();
        InvalidationPlan plan =
                InvalidationPlanner.of(PlanPolicy.noCollateral()).plan(patterns, UrlIndex.of(urls));
        assertThat(plan.items()).containsExactly(UrlPattern.prefix("/"));
    }

    @Test
    void aChainOfPrefixesIsExactAtTheLimitOnCollateral() {
        List<String> urls = chain(2_000);
        List<UrlPattern> patterns = urls.stream()
                .filter(url -> url.length() % 3 == 0)
                .map(UrlPattern::exact)
                .toList();
        PlanPolicy policy = PlanPolicy.balanced().toBuilder().maxCollateral(500).build();
        InvalidationPlan plan = InvalidationPlanner.of(policy).plan(patterns, UrlIndex.of(urls));
        // The deepest wildcard with at most 500 clean URLs: lengths 3k to 2,000 hold two clean ones for each pattern.
        assertThat(plan.cost().collateral()).isLessThanOrEqualTo(500).isGreaterThan(496);
        assertThat(plan.cost().wildcards()).isEqualTo(1);
        assertThat(plan.gap()).isZero();
    }

    @Test
    void longUrlsWithAVeryLongSharedPrefixArePlanned() {
        List<String> urls = sharedPrefix(5_000);
        List<UrlPattern> patterns =
                urls.subList(0, 2_500).stream().map(UrlPattern::exact).toList();
        InvalidationPlan plan = InvalidationPlanner.of(PlanPolicy.balanced()).plan(patterns, UrlIndex.of(urls));
        assertThat(plan.items()).singleElement().matches(InvalidationItem::isWildcard);
        assertThat(plan.cost().collateral()).isEqualTo(2_500);
    }
}
