package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.plan.UrlIndex;
import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CollateralTest {

    private static String path(Random random) {
        StringBuilder path = new StringBuilder("/");
        int length = random.nextInt(5);
        for (int i = 0; i < length; i++) {
            path.append("ab/".charAt(random.nextInt(3)));
        }
        return path.toString();
    }

    private static boolean matches(String item, String url) {
        return item.endsWith("*") ? url.startsWith(item.substring(0, item.length() - 1)) : url.equals(item);
    }

    @Test
    void itIsTheWeightOfEveryKnownUrlThatIsClearedAndNotAskedFor() {
        int some = 0;
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            Set<String> urls = new TreeSet<>();
            Set<UrlPattern> patterns = new TreeSet<>();
            List<InvalidationItem> items = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                urls.add(path(random));
            }
            for (int i = random.nextInt(6); i >= 0; i--) {
                patterns.add(random.nextBoolean() ? UrlPattern.exact(path(random)) : UrlPattern.prefix(path(random)));
            }
            for (int i = random.nextInt(6); i >= 0; i--) {
                items.add(InvalidationItem.parse(path(random) + (random.nextBoolean() ? "*" : "")));
            }
            items.add(new CdnTag("t"));

            long expected = urls.stream()
                    .filter(url -> items.stream().anyMatch(item -> matches(item.spelling(), url)))
                    .filter(url -> patterns.stream().noneMatch(pattern -> matches(pattern.toString(), url)))
                    .count();

            assertThat(Collateral.of(UrlIndex.of(urls), patterns, items))
                    .as("seed %s: %s of %s by %s", seed, patterns, urls, items)
                    .isEqualTo(expected);
            some += expected > 0 ? 1 : 0;
        }
        assertThat(some).isGreaterThan(500);
        assertThat(Collateral.of(
                        UrlIndex.unknown(), Set.of(UrlPattern.exact("/a")), List.of(InvalidationItem.parse("/*"))))
                .isZero();
    }
}
