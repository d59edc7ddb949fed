package io.purgewise.plan;

import io.purgewise.site.CdnTag;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Makes the URLs of a shop: {@code /en-us/garden-tools-17/oak-garden-chair-203941}, eight locales, as many categories as needed,
 * a thousand products in each. The same size gives the same URLs.
 */
final class BenchSite {

    private static final String[] LOCALES = {"de-de", "en-gb", "en-us", "es-es", "fr-fr", "it-it", "nl-nl", "pl-pl"};
    private static final String[] THINGS = {
        "chair", "table", "lamp", "shelf", "carpet", "mirror", "clock", "vase", "basket", "stool", "desk", "bench"
    };
    private static final String[] KINDS = {
        "oak", "steel", "garden", "kitchen", "classic", "modern", "small", "large", "white", "black", "red", "folding"
    };
    private static final int PRODUCTS = 1000;

    private BenchSite() {}

    /** Gives each URL of a site with a number of pages, one after the other. */
    static void forEachUrl(int pages, Consumer<String> sink) {
        Random random = new Random(pages);
        int categories = Math.max(1, pages / (LOCALES.length * PRODUCTS));
        int left = pages;
        for (String locale : LOCALES) {
            for (int category = 0; category < categories; category++) {
                String head =
                        "/" + locale + "/" + KINDS[category % 12] + "-" + THINGS[category / 12 % 12] + "s-" + category + "/";
                for (int product = 0; product < PRODUCTS && left > 0; product++, left--) {
                    sink.accept(head + KINDS[random.nextInt(12)] + "-" + KINDS[random.nextInt(12)] + "-"
                            + THINGS[random.nextInt(12)] + "-" + (100_000 + random.nextInt(900_000)));
                }
            }
        }
        for (int extra = 0; left > 0; extra++, left--) {
            sink.accept("/blog/" + KINDS[extra % 12] + "-post-" + extra);
        }
    }

    /** Returns all URLs in random order. */
    static List<String> shuffled(int pages) {
        List<String> urls = new ArrayList<>(pages);
        forEachUrl(pages, urls::add);
        Collections.shuffle(urls, new Random(42));
        return urls;
    }

    /** Returns an index of the whole site. */
    static UrlIndex index(int pages) {
        UrlIndexBuilder builder = UrlIndex.builder();
        forEachUrl(pages, builder::add);
        return builder.build();
    }

    /** Returns exact patterns for some URLs. */
    static List<UrlPattern> patterns(List<String> urls) {
        return urls.stream().map(UrlPattern::exact).toList();
    }

    /**
     * Is a site of which some pages changed and whose pages carry one to three tags.
     *
     * @param known all pages
     * @param changed what must be cleared
     * @param options the tags; the pages that did not change are their collateral
     */
    record Tagged(UrlIndex known, List<UrlPattern> changed, List<TagOption> options) {}

    /**
     * Makes a site whose tags differ in how many of their pages changed.
     *
     * @param shape which pages carry a tag: {@code any}, {@code few} tags most pages, or those of some {@code categories}
     */
    static Tagged tagged(int pages, int most, int tags, String shape) {
        Random random = new Random(1);
        double[] changes = random.doubles(tags).map(x -> x * x).toArray();
        List<Set<UrlPattern>> clears = new ArrayList<>();
        for (int t = 0; t < tags; t++) {
            clears.add(new HashSet<>());
        }
        long[] collateral = new long[tags];
        List<String> all = shuffled(pages);
        List<UrlPattern> changed = new ArrayList<>();
        for (String url : all) {
            Set<Integer> carried = new TreeSet<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                carried.add(tagOf(url, tags, shape, random));
            }
            double chance = carried.stream().mapToDouble(t -> changes[t]).max().orElse(0);
            if (changed.size() < most && random.nextDouble() < chance) {
                UrlPattern pattern = UrlPattern.exact(url);
                changed.add(pattern);
                carried.forEach(t -> clears.get(t).add(pattern));
            } else {
                carried.forEach(t -> collateral[t]++);
            }
        }
        List<TagOption> options = new ArrayList<>();
        for (int t = 0; t < tags; t++) {
            options.add(new TagOption(new CdnTag("t" + t), clears.get(t), Set.of(), collateral[t]));
        }
        return new Tagged(UrlIndex.of(all), changed, options);
    }

    private static int tagOf(String url, int tags, String shape, Random random) {
        return switch (shape) {
            case "few" -> (int) Math.pow(tags, random.nextDouble());
            case "categories" -> {
                int category = Math.floorMod(url.substring(0, url.lastIndexOf('/')).hashCode(), 4 * tags);
                yield (category + random.nextInt(2)) % tags;
            }
            default -> random.nextInt(tags);
        };
    }
}
