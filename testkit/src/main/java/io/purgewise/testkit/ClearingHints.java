package io.purgewise.testkit;

import io.purgewise.site.UrlPattern;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Knows the likely mistake behind a URL that is not cleared, or is although it should not be. */
final class ClearingHints {

    private static final Pattern DATA = Pattern.compile("(/.*?)?/_next/data/([^/]+)(/.*)");
    private static final int SHOWN = 10;

    private ClearingHints() {}

    /** Spells a URL as CloudFront's cache does, and rejects what can be none. */
    static String spelled(String url) {
        if (!url.startsWith("/")) {
            throw new IllegalArgumentException(
                    "URL must be a path with an optional query, without scheme and host, but was \"" + url + "\"");
        }
        return UrlPattern.encode(url);
    }

    static boolean clears(Collection<String> items, String spelled) {
        return ItemMatcher.of(items).matches(spelled, Set.of());
    }

    /** Says why none of the items clears a URL. */
    static String missing(Collection<String> items, String url) {
        ItemMatcher matcher = ItemMatcher.of(items);
        Predicate<String> cleared = other -> matcher.matches(other, Set.of());
        int query = url.indexOf('?');
        String path = query < 0 ? url : url.substring(0, query);
        if (items.isEmpty()) {
            return "there are no items at all";
        }
        if (query >= 0 && cleared.test(path)) {
            return path
                    + " is cleared without its query variants: CloudFront keeps each query string as an object of its own,"
                    + " so " + path + "?* is needed too; is the Site built with queryStringsInCacheKey(false)?";
        }
        if (query < 0 && items.contains(url + "?*")) {
            return "only its query variants are cleared: " + url + "?* does not reach " + url
                    + " itself; Site.urlsOf(page) gives both";
        }
        Matcher data = DATA.matcher(path);
        if (data.matches()) {
            String inData = data(items, cleared, data);
            if (inData != null) {
                return inData;
            }
        }
        String otherSlash = path.endsWith("/") ? path.substring(0, path.length() - 1) : path + "/";
        if (path.length() > 1 && cleared.test(otherSlash)) {
            return otherSlash + " is cleared, which is another object: check the Site's trailingSlash";
        }
        for (String item : items) {
            String bare = bare(item);
            if (bare.length() > 1 && !bare.startsWith("#") && !bare.equals(path)) {
                if (bare.equalsIgnoreCase(path)) {
                    return item + " is cleared, but CloudFront's paths are case-sensitive";
                }
                if (path.length() > 1 && (bare.endsWith(path) || path.endsWith(bare))) {
                    return item + " is cleared, which differs in how it begins: check the Site's basePath and locales";
                }
            }
        }
        if (items.stream().anyMatch(item -> item.startsWith("#"))) {
            return "there are cache tags among the items, and which URLs carry them only the CDN knows: assert on EdgeCache";
        }
        return "no item is like it: check the page's path and router, and that its change was given at all";
    }

    private static @Nullable String data(Collection<String> items, Predicate<String> cleared, Matcher data) {
        String base = data.group(1) == null ? "" : data.group(1);
        String rest = data.group(3);
        for (String item : items) {
            Matcher other = DATA.matcher(bare(item));
            if (other.matches()
                    && other.group(3).equals(rest)
                    && !other.group(2).equals(data.group(2))) {
                return item + " is cleared, which belongs to build " + other.group(2) + " and not to " + data.group(2)
                        + ": wrong build ID, or an older build that Site.previousBuildId should name";
            }
        }
        String html = rest.replaceFirst("\\.json$", "");
        boolean page = cleared.test(base + (html.equals("/index") ? "/" : html));
        return page
                ? "the page itself is cleared without its data: only pages of Router.PAGES have data URLs, so the page was"
                        + " taken for one of the App Router"
                : null;
    }

    private static String bare(String item) {
        String bare = item.endsWith("*") ? item.substring(0, item.length() - 1) : item;
        return bare.endsWith("?") ? bare.substring(0, bare.length() - 1) : bare;
    }

    /** Says which item clears a URL that none should clear; {@code required} holds what was asked for. */
    static String touching(Collection<String> items, Collection<String> required, String url) {
        for (String item : items) {
            if (!clears(List.of(item), url)) {
                continue;
            }
            if (required.contains(item)) {
                return item + " clears it and was asked for itself: one of the changed pages has this URL";
            }
            String prefix = item.substring(0, item.length() - 1);
            boolean wholeSegment =
                    prefix.endsWith("/") || prefix.endsWith("?") || url.startsWith(prefix + "/") || url.equals(prefix);
            return wholeSegment
                    ? item
                            + " clears it: the planner took it for cheaper than single paths; PlanPolicy.noCollateral() or"
                            + " protected prefixes forbid that, and a URL that the known URLs lack weighs nothing"
                    : item + " clears it, since CloudFront's wildcards know no segments: let prefixes end in / or use"
                            + " PlanPolicy.Granularity.SEGMENT";
        }
        return "no item clears it";
    }

    /** Shows the first few items. */
    static String shown(Collection<String> items) {
        List<String> sorted = items.stream().sorted().limit(SHOWN).toList();
        return items.size() <= SHOWN ? sorted.toString() : sorted + " and " + (items.size() - SHOWN) + " more";
    }
}
