package io.purgewise.revalidate;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.ListedEntry;
import io.purgewise.cache.Marking;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.StoredEntry;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagMarker;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds and marks one change in one live build. Not thread-safe.
 *
 * @param parts what to work with
 * @param build the build
 * @param dates gives marks their dates
 * @param indexes the tag indexes of this call
 * @param work where to put what is found
 */
record BuildMarking(ChangeMarker parts, BuildId build, MarkDates dates, LiveIndexes indexes, ChangeInProgress work)
        implements Change.Visitor<ChangeInProgress> {

    @Override
    public ChangeInProgress tag(Change.OfTag change) {
        TagMarker marker = parts.marker();
        if (marker == null) {
            return needsTagCache(change);
        }
        // The index may take long to read, so it is asked before the marks get their date.
        List<CacheKey> known = indexes.of(build).pagesOf(change.tag());
        return record(marker.mark(build, change.tag(), known, dates));
    }

    @Override
    public ChangeInProgress route(Change.OfRoute change) {
        TagMarker marker = parts.marker();
        if (marker == null) {
            return needsTagCache(change);
        }
        List<CacheKey> known = indexes.of(build).pagesOf(change.pattern(), change.scope());
        return record(marker.mark(build, change.pattern(), change.scope(), known, dates));
    }

    @Override
    public ChangeInProgress path(Change.OfPath change) {
        List<CacheKey> keys = parts.finder().keysOf(build, change.path(), null);
        return markPage(Page.of(Router.APP_PAGE, change.path()), keys);
    }

    @Override
    public ChangeInProgress page(Change.OfPage change) {
        Page known = parts.finder().withRoute(change.page());
        work.found(known);
        return markPage(known, parts.finder().keysOf(build, known.path(), known.locale()));
    }

    @Override
    public ChangeInProgress everything(Change.Everything change) {
        TagMarker marker = parts.marker();
        if (marker == null) {
            return needsTagCache(change);
        }
        List<CacheKey> entries = entries(marker.mode());
        if (marker.mode() == TagCacheMode.ORIGINAL) {
            // Pages that have no row of the root layout's tag, and fetches, are marked by their keys.
            marked(marker.mark(build, "/", PathTags.Scope.LAYOUT, entries, dates));
            return work;
        }
        marked(marker.mark(build, "/", PathTags.Scope.LAYOUT, List.of(), dates));
        entries.forEach(key -> parts.finder()
                .pageOf(build, key)
                .filter(page -> page.router() == Router.PAGES)
                .ifPresent(work::found));
        return work;
    }

    /** Lists the keys of a build's stored pages, and in original mode those of its fetches. */
    private List<CacheKey> entries(TagCacheMode mode) {
        List<CacheKey> keys = new ArrayList<>();
        IncrementalCache cache = parts.cache();
        if (cache == null) {
            return keys;
        }
        @Nullable String after = null;
        do {
            IncrementalCache.Slice slice = cache.list(build, after);
            for (ListedEntry listed : slice.entries()) {
                if (listed.entry() instanceof StoredEntry.PageEntry page) {
                    keys.add(page.key());
                } else if (listed.entry() instanceof StoredEntry.FetchEntry fetch && mode == TagCacheMode.ORIGINAL) {
                    keys.add(new CacheKey(fetch.hash()));
                }
            }
            after = slice.next();
        } while (after != null);
        return keys;
    }

    private ChangeInProgress markPage(Page page, List<CacheKey> keys) {
        keys.forEach(key -> parts.finder().pageOf(build, key).ifPresent(work::found));
        TagMarker marker = parts.marker();
        if (marker == null) {
            return work;
        }
        record(marker.mark(build, page, keys, dates));
        if (page.router() == Router.PAGES && keys.isEmpty() && !parts.finder().knowsKeyOf(page)) {
            work.unreached(page);
        }
        return work;
    }

    private void marked(Marking marking) {
        dates.latest(marking.dated());
        work.marked(marking.rows());
        work.notes(marking.notes());
    }

    private ChangeInProgress record(Marking marking) {
        marked(marking);
        for (CacheKey key : marking.pages()) {
            parts.finder()
                    .pageOf(build, key)
                    .ifPresentOrElse(
                            work::found,
                            () -> work.problem(new Problem(
                                    Problem.Kind.PAGES_UNKNOWN,
                                    key.value(),
                                    "names no page, so its URLs are not known",
                                    false)));
        }
        return work;
    }

    private ChangeInProgress needsTagCache(Change change) {
        work.failed(new Problem(
                Problem.Kind.NOT_MARKED,
                change.toString(),
                "tags, routes and whole sites are marked in a tag cache; give the Revalidator one",
                false));
        return work;
    }
}
