package io.purgewise.revalidate;

import io.purgewise.cache.Rendering;
import io.purgewise.cache.WriteReport;
import io.purgewise.site.CdnTag;
import io.purgewise.site.Page;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Says what was done for one change.
 *
 * @param change the change
 * @param marks what became of each mark in the tag table
 * @param notes what a person should know: that nothing carries the tag, what was marked otherwise than asked, such as an
 *     expiry in place of stale-while-revalidate, or by another clock than this machine's
 * @param pages the pages whose copies at the CDN are outdated
 * @param patterns what has to be cleared at the CDN for them, sorted; empty if marking failed, since readers would fetch
 *     the old page again
 * @param tags the cache tags of the CDN that may stand for all of the patterns; none if the site sends none
 * @param widened the URLs among them that CloudFront cannot name, with the wildcards that stand in for them
 * @param renderings the pages that were rendered anew, if a renderer was given
 * @param problems what was not done
 */
public record ChangeReceipt(
        Change change,
        WriteReport marks,
        List<String> notes,
        List<Page> pages,
        List<UrlPattern> patterns,
        Set<CdnTag> tags,
        List<UnnameableUrl> widened,
        List<Rendering> renderings,
        List<Problem> problems) {

    /** Creates a receipt from its parts. */
    public ChangeReceipt {
        Objects.requireNonNull(change, "change");
        Objects.requireNonNull(marks, "marks");
        notes = List.copyOf(notes);
        pages = List.copyOf(pages);
        patterns = List.copyOf(patterns);
        tags = Set.copyOf(tags);
        widened = List.copyOf(widened);
        renderings = List.copyOf(renderings);
        problems = List.copyOf(problems);
    }

    /** Adds what became of the pages when they were rendered anew. */
    ChangeReceipt rendered(List<Rendering> rendered, Collection<Problem> failures) {
        Set<Problem> all = new LinkedHashSet<>(problems);
        all.addAll(failures);
        return new ChangeReceipt(change, marks, notes, pages, patterns, tags, widened, rendered, List.copyOf(all));
    }
}
