package io.purgewise.revalidate;

import io.purgewise.plan.TagOption;
import io.purgewise.site.Page;
import io.purgewise.site.PageTags;
import io.purgewise.site.Site;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Collects the page tags of one change, and the URLs that none of them clears. This class is not thread-safe. */
final class OfferedTags {

    private final PageTags scheme;
    private final Map<String, Set<String>> byPath = new TreeMap<>();

    OfferedTags(PageTags scheme) {
        this.scheme = scheme;
    }

    /** Finds the tags of pages on some hosts; no hosts means all. */
    List<TagOption> of(Site site, Collection<Page> pages, Set<String> hosts) {
        List<TagOption> options = new ArrayList<>();
        for (Page page : pages) {
            PageTags.Tagged tagged = hosts.isEmpty() ? scheme.tagsOf(site, page) : scheme.tagsOf(site, page, hosts);
            tagged.covers()
                    .forEach(cover -> options.add(new TagOption(cover.tag(), cover.patterns(), cover.unnameable(), 0)));
            tagged.byPath()
                    .forEach(each -> byPath.computeIfAbsent(each.reason(), reason -> new TreeSet<>())
                            .add(each.url()));
        }
        return options;
    }

    /** Says what is cleared by path, once for each reason. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        byPath.forEach((reason, urls) -> {
            String first = urls.iterator().next();
            notes.add("no page tag clears " + first + (urls.size() == 1 ? "" : " and " + (urls.size() - 1) + " more")
                    + ": " + reason);
        });
        return notes;
    }
}
