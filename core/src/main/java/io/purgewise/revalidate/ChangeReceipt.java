package io.purgewise.revalidate;

import io.purgewise.cache.Rendering;
import io.purgewise.cache.WriteReport;
import io.purgewise.site.Page;
import io.purgewise.site.PageUrls;
import io.purgewise.site.UrlPattern;
import java.util.List;

/**
 * Says what was done for one change.
 *
 * @param change the change
 * @param marks what became of each mark in the tag table
 * @param notes what was marked otherwise than asked, such as an expiry in place of stale-while-revalidate, or by another
 *     clock than this machine's
 * @param pages the pages whose copies at the CDN are outdated
 * @param patterns what has to be cleared at the CDN for them, sorted; empty if marking failed, since readers would fetch
 *     the old page again
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
        List<PageUrls.Widened> widened,
        List<Rendering> renderings,
        List<Problem> problems) {

    /**
     * Creates a receipt from its parts.
     *
     * @param change the change
     * @param marks what became of each mark
     * @param notes what was marked otherwise than asked
     * @param pages the outdated pages
     * @param patterns what has to be cleared
     * @param widened the URLs that CloudFront cannot name
     * @param renderings the pages rendered anew
     * @param problems what was not done
     */
    public ChangeReceipt {
        notes = List.copyOf(notes);
        pages = List.copyOf(pages);
        patterns = List.copyOf(patterns);
        widened = List.copyOf(widened);
        renderings = List.copyOf(renderings);
        problems = List.copyOf(problems);
    }
}
