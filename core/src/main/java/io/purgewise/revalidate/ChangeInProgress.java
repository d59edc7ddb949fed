package io.purgewise.revalidate;

import io.purgewise.cache.WriteReport;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Wanted;
import io.purgewise.site.CdnTag;
import io.purgewise.site.Page;
import io.purgewise.site.PageTags;
import io.purgewise.site.PageUrls;
import io.purgewise.site.Site;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Collects what is found, marked and missed for one change. This class is not thread-safe. */
final class ChangeInProgress {

    private final Change change;
    private final Set<Page> pages = new LinkedHashSet<>();
    private final Set<UrlPattern> patterns = new TreeSet<>();
    private final Map<CdnTag, Set<Page>> tags = new LinkedHashMap<>();
    private final Set<String> notes = new LinkedHashSet<>();
    private final Set<Problem> problems = new LinkedHashSet<>();
    private WriteReport marks = WriteReport.EMPTY;
    private final Set<Page> unreached = new LinkedHashSet<>();
    private final Set<Page> fresh = new LinkedHashSet<>();
    private final Set<Page> visitors = new LinkedHashSet<>();
    private @Nullable String whyUnknown;
    private boolean clearable = true;
    private boolean byTagsAlone;

    ChangeInProgress(Change change, List<String> notes) {
        this.change = change;
        this.notes.addAll(notes);
    }

    Change change() {
        return change;
    }

    List<Page> pages() {
        return List.copyOf(pages);
    }

    boolean foundNothing() {
        return pages.isEmpty();
    }

    void found(Page page) {
        pages.add(page);
    }

    /** Adds a page that the caller says may be stored nowhere yet. */
    void foundNew(Page page) {
        pages.add(page);
        fresh.add(page);
    }

    /** Adds a further page under whose URLs visitors get a found one. */
    void visitedAs(Page visitor) {
        if (visitors.add(visitor)) {
            notes.add(
                    "also cleared as " + visitor.path() + ", which the tag of a stored page names; declare the rewrite"
                            + " (Site.Builder.middlewareRewrites), so that all visitors' paths are known");
        }
    }

    boolean isNew(Page page) {
        return fresh.contains(page);
    }

    /** Notes that the path of the change leads to nothing in a build; the reason for the newest build is kept. */
    void unknownIn(String reason) {
        if (whyUnknown == null) {
            whyUnknown = reason;
        }
    }

    Optional<String> whyUnknown() {
        return Optional.ofNullable(whyUnknown);
    }

    /** Adds a pattern that no single page stands for. */
    void wants(UrlPattern pattern) {
        patterns.add(pattern);
    }

    /** Adds a cache tag of the CDN that may stand for all pages of the change, and pages that it clears too. */
    void mayBeClearedBy(CdnTag tag, Collection<Page> carriers) {
        tags.computeIfAbsent(tag, any -> new LinkedHashSet<>()).addAll(carriers);
    }

    /** Has the change cleared by cache tags alone, because not all of its pages are known. */
    void clearByTagsAlone() {
        byTagsAlone = true;
    }

    /** Notes that no mark reaches a page, as far as is known. */
    void unreached(Page page) {
        unreached.add(page);
    }

    boolean isUnreached(Page page) {
        return unreached.contains(page);
    }

    void note(String note) {
        notes.add(note);
    }

    void notes(List<String> more) {
        notes.addAll(more);
    }

    /** Adds a problem that does not keep what was found from being cleared. */
    void problem(Problem problem) {
        problems.add(problem);
    }

    /** Tells whether nothing has failed that keeps the change from being cleared. */
    boolean isClearable() {
        return clearable;
    }

    /** Adds a problem that leaves the change uncleared, since readers would be given the old page once more. */
    void failed(Problem problem) {
        problems.add(problem);
        clearable = false;
    }

    void marked(WriteReport rows) {
        marks = marks.plus(rows);
        rows.failures()
                .forEach(row -> failed(new Problem(
                        Problem.Kind.NOT_MARKED,
                        "row " + row.row().tag() + " -> " + row.row().path(),
                        "the mark could not be written: " + row.reason(),
                        true)));
    }

    /**
     * Says what was done, and what each distribution has to clear.
     *
     * @param site the site as it is deployed
     * @param clearings the distributions
     * @param pageTags how the site tags its pages for the CDN, or null if it does not
     */
    Receipt.OfChange receipt(Site site, List<Clearing> clearings, @Nullable PageTags pageTags) {
        OfferedTags offered = pageTags == null ? null : new OfferedTags(pageTags);
        Map<DistributionId, Wanted> wanted = new LinkedHashMap<>();
        if (clearable) {
            Map<Set<String>, Wanted> byHosts = new HashMap<>();
            for (Clearing clearing : clearings) {
                wanted.put(
                        clearing.distribution(),
                        byHosts.computeIfAbsent(clearing.hosts(), hosts -> wantedOn(site, hosts, offered)));
            }
        }
        if (offered != null) {
            notes.addAll(offered.notes());
        }
        return new Receipt.OfChange(
                change,
                marks,
                new ArrayList<>(notes),
                clearable ? new ArrayList<>(pages) : List.of(),
                wanted,
                List.of(),
                new ArrayList<>(problems));
    }

    private Wanted wantedOn(Site site, Set<String> hosts, @Nullable OfferedTags offered) {
        Set<UrlPattern> all = new LinkedHashSet<>(patterns);
        Set<UnnameableUrl> unnameable = new LinkedHashSet<>();
        if (byTagsAlone) {
            return new Wanted(all, unnameable, tags.keySet());
        }
        Set<Page> cleared = new LinkedHashSet<>(pages);
        cleared.addAll(visitors);
        for (Page page : cleared) {
            PageUrls urls = urlsOf(site, page, hosts);
            all.addAll(urls.patterns());
            unnameable.addAll(urls.unnameable());
        }
        Map<CdnTag, Set<UrlPattern>> wholes = new LinkedHashMap<>();
        tags.forEach((tag, carriers) -> {
            Set<UrlPattern> besides = new LinkedHashSet<>();
            carriers.forEach(page -> besides.addAll(urlsOf(site, page, hosts).patterns()));
            besides.removeAll(all);
            wholes.put(tag, besides);
        });
        return new Wanted(all, unnameable, wholes, offered == null ? List.of() : offered.of(site, cleared, hosts));
    }

    private static PageUrls urlsOf(Site site, Page page, Set<String> hosts) {
        return hosts.isEmpty() ? site.urlsOf(page) : site.urlsOf(page, hosts);
    }
}
