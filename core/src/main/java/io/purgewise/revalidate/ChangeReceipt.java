package io.purgewise.revalidate;

import io.purgewise.cache.Rendering;
import io.purgewise.cache.WriteReport;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Wanted;
import io.purgewise.site.Page;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says what was done for one change.
 *
 * @param change the change
 * @param marks what became of each mark in the tag table
 * @param notes what a person should know: that nothing carries the tag, what was marked otherwise than asked, such as an
 *     expiry in place of stale-while-revalidate, or by another clock than this machine's
 * @param pages the pages whose copies at the CDN are outdated; none if marking failed
 * @param wanted what has to be cleared at each distribution; nothing if marking failed, since readers would fetch the old page
 *     again
 * @param renderings the pages that were rendered anew, if a renderer was given
 * @param problems what was not done
 */
public record ChangeReceipt(
        Change change,
        WriteReport marks,
        List<String> notes,
        List<Page> pages,
        Map<DistributionId, Wanted> wanted,
        List<Rendering> renderings,
        List<Problem> problems) {

    private static final Wanted NOTHING = Wanted.of(Set.of());

    /** Creates a receipt from its parts. */
    public ChangeReceipt {
        Objects.requireNonNull(pages, "pages");
        Objects.requireNonNull(notes, "notes");
        Objects.requireNonNull(renderings, "renderings");
        Objects.requireNonNull(problems, "problems");
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(change, "change");
        Objects.requireNonNull(marks, "marks");
        notes = List.copyOf(notes);
        pages = List.copyOf(pages);
        wanted = Map.copyOf(wanted);
        renderings = List.copyOf(renderings);
        problems = List.copyOf(problems);
    }

    /**
     * Returns what has to be cleared at one distribution.
     *
     * @param distribution one of the revalidator's
     * @return the URL patterns of the hosts that it serves, and the cache tags that may stand for them; may be empty
     */
    public Wanted wantedAt(DistributionId distribution) {
        return wanted.getOrDefault(Objects.requireNonNull(distribution, "distribution"), NOTHING);
    }

    /**
     * Lists the URL patterns that have to be cleared, at whatever distribution.
     *
     * @return the patterns, sorted
     */
    public List<UrlPattern> patterns() {
        Set<UrlPattern> patterns = new TreeSet<>();
        wanted.values().forEach(each -> patterns.addAll(each.patterns()));
        return List.copyOf(patterns);
    }

    /**
     * Lists the URLs that have to be cleared and that CloudFront cannot name: they take a wider wildcard, as far as the plan's
     * policy allows it, or are left, which is a problem.
     *
     * @return the URLs, sorted; empty for most pages
     */
    public List<UnnameableUrl> unnameable() {
        Set<UnnameableUrl> urls = new TreeSet<>();
        wanted.values().forEach(each -> urls.addAll(each.unnameable()));
        return List.copyOf(urls);
    }

    /** Adds what became of the pages when they were rendered anew. */
    ChangeReceipt rendered(List<Rendering> rendered, Collection<Problem> failures) {
        Set<Problem> all = new LinkedHashSet<>(problems);
        all.addAll(failures);
        return new ChangeReceipt(change, marks, notes, pages, wanted, rendered, new ArrayList<>(all));
    }
}
