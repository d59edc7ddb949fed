package io.purgewise.examples;

import io.purgewise.plan.Cost;
import io.purgewise.plan.InvalidationPlanner;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.UrlIndex;
import io.purgewise.plan.UrlIndexBuilder;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Compares what others would send for typical changes with what the planner sends.
 *
 * <p>The site has 17,784 pages: 8 locales with 60 categories of 30 products each and a blog of 363 pages. Each page is one URL:
 * the CDN's cache key holds no query strings. No free paths are left. The other ways are restated from their source, and see the
 * same list of changed URLs:
 *
 * <ul>
 *   <li>list verbatim: one item for each URL, as SST, the AWS CDK, Wagtail and crates.io do
 *   <li>two a route: {@code /p} and {@code /p?_rsc=*} for each page of the app router, as OpenNext does; its threshold-free list
 *       is sent in one burst
 *   <li>threshold: more than 10 URLs become {@code /*}, as C3 CloudFront Cache Controller does
 *   <li>one prefix: the longest common prefix and {@code *}, as Blitz for Craft does; a single URL stays as it is
 * </ul>
 */
public final class PlanShapes {

    private static final int QUOTA = PlanPolicy.CLOUDFRONT_WILDCARDS;
    private static final List<String> LOCALES = List.of("de", "en", "es", "fr", "it", "nl", "pl", "sv");
    private static final int CATEGORIES = 60;
    private static final int PRODUCTS = 30;
    private static final int LARGE_SITE = 4_000_000;
    private static final PlanPolicy POLICY = PlanPolicy.balanced();

    private PlanShapes() {}

    /**
     * Prints the table in Markdown.
     *
     * @param args none
     */
    public static void main(String[] args) {
        System.out.print(table());
    }

    /** Is one row: a change to a site. */
    private record Shape(String name, List<String> changed, UrlIndex known) {}

    /**
     * Returns the table in Markdown; the same on every run.
     *
     * @return a head and a line for each shape; cells are dollars, items and collateral, with {@code !} where more than 15
     *     wildcards are in one burst
     */
    static String table() {
        StringBuilder out = new StringBuilder();
        out.append(
                "| change | URLs | list verbatim | two a route | threshold | one prefix | no collateral | balanced |\n");
        out.append("|---|---|---|---|---|---|---|---|\n");
        for (Shape shape : shapes()) {
            int count = shape.changed().size();
            long clean = shape.known().weight() - count;
            out.append("| ").append(shape.name());
            out.append(" | ").append("%,d".formatted(count));
            cell(out, Cost.of(POLICY, 0, count, 0));
            cell(out, Cost.of(POLICY, 0, 2 * count, count));
            cell(out, count > 10 ? Cost.of(POLICY, clean, 1, 1) : Cost.of(POLICY, 0, count, 0));
            cell(out, onePrefix(shape));
            cell(out, plan(shape, PlanPolicy.noCollateral()));
            cell(out, plan(shape, PlanPolicy.balanced()));
            out.append(" |\n");
        }
        return out.toString();
    }

    private static Cost plan(Shape shape, PlanPolicy policy) {
        List<UrlPattern> patterns =
                shape.changed().stream().map(UrlPattern::exact).toList();
        return InvalidationPlanner.of(policy).plan(patterns, shape.known()).cost();
    }

    private static Cost onePrefix(Shape shape) {
        List<String> changed = shape.changed();
        if (changed.size() == 1) {
            return Cost.of(POLICY, 0, 1, 0);
        }
        String prefix = changed.get(0);
        for (String url : changed) {
            int common = 0;
            while (common < Math.min(prefix.length(), url.length()) && prefix.charAt(common) == url.charAt(common)) {
                common++;
            }
            prefix = prefix.substring(0, common);
        }
        return Cost.of(POLICY, shape.known().weightUnder(prefix) - changed.size(), 1, 1);
    }

    private static void cell(StringBuilder out, Cost cost) {
        out.append(" | $")
                .append("%.3f".formatted(cost.money() / 1e6))
                .append(" / ")
                .append("%,d".formatted(cost.items()))
                .append(" / ")
                .append("%,d".formatted(cost.collateral()))
                .append(cost.wildcards() > QUOTA ? " !" : "");
    }

    private static List<Shape> shapes() {
        List<String> site = site();
        UrlIndex known = UrlIndex.of(site);
        List<Shape> shapes = new ArrayList<>();
        shapes.add(shape("one product, 8 locales", site, known, url -> url.endsWith("/category-07/product-0712")));
        shapes.add(shape("one category, 8 locales", site, known, url -> url.contains("/category-07")));
        shapes.add(shape(
                "five categories, 8 locales", site, known, url -> url.matches(".*/category-(03|12|13|41|58)(/.*)?")));
        List<String> english = new ArrayList<>(site);
        english.removeIf(url -> !url.startsWith("/en"));
        Collections.shuffle(english, new Random(3));
        shapes.add(new Shape("400 scattered edits, one locale", english.subList(0, 400), known));
        shapes.add(shape("a whole locale", site, known, url -> url.startsWith("/fr")));
        shapes.add(shape("the blog's posts of 2026", site, known, url -> url.contains("/blog/2026/")));
        UrlIndexBuilder large = UrlIndex.builder();
        for (int i = 0; i < LARGE_SITE; i++) {
            large.add("/en/category-" + i / 1000 + "/product-" + i);
        }
        shapes.add(new Shape("1 of 4 million", List.of("/en/category-2345/product-2345678"), large.build()));
        return shapes;
    }

    private static Shape shape(String name, List<String> site, UrlIndex known, Predicate<String> changed) {
        return new Shape(name, site.stream().filter(changed).toList(), known);
    }

    private static List<String> site() {
        List<String> urls = new ArrayList<>();
        for (String locale : LOCALES) {
            for (int category = 0; category < CATEGORIES; category++) {
                String path = "/%s/category-%02d".formatted(locale, category);
                urls.add(path);
                for (int product = 0; product < PRODUCTS; product++) {
                    urls.add(path + "/product-%02d%02d".formatted(category, product));
                }
            }
            urls.add("/" + locale + "/blog");
            for (int year = 2018; year <= 2026; year++) {
                int posts = year == 2026 ? 42 : 40;
                for (int post = 0; post < posts; post++) {
                    urls.add("/%s/blog/%d/post-%02d".formatted(locale, year, post));
                }
            }
        }
        return urls;
    }
}
