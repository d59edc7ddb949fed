package io.purgewise.testkit;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Tells which objects a set of invalidation items clears; fast for many exact items. */
final class ItemMatcher {

    private final Set<String> exact = new HashSet<>();
    private final TreeSet<String> prefixes = new TreeSet<>();
    private final Set<String> tags = new HashSet<>();

    private ItemMatcher() {}

    static ItemMatcher of(Collection<String> items) {
        ItemMatcher matcher = new ItemMatcher();
        for (String item : items) {
            if (item.startsWith("#")) {
                matcher.tags.add(item.substring(1).toLowerCase(Locale.ROOT));
            } else if (item.endsWith("*")) {
                matcher.prefixes.add(item.substring(0, item.length() - 1));
            } else {
                matcher.exact.add(item);
            }
        }
        return matcher;
    }

    boolean matches(String url, Set<String> objectTags) {
        return exact.contains(url)
                || prefixes.stream().anyMatch(url::startsWith)
                || objectTags.stream().anyMatch(tags::contains);
    }
}
