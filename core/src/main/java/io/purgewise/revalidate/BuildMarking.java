package io.purgewise.revalidate;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.StoredEntry;
import io.purgewise.cache.TagIndex;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds and marks one change in one live build. Not thread-safe.
 *
 * @param parts what to work with
 * @param call what belongs to this call
 * @param build the build
 * @param work where to put what is found
 */
record BuildMarking(ChangeMarker parts, MarkingCall call, BuildId build, ChangeInProgress work)
        implements Change.Visitor<ChangeInProgress> {

    @Override
    public ChangeInProgress tag(Change.OfTag change) {
        TagMarker marker = parts.marker();
        if (marker == null && parts.endpoint() == null) {
            return needsTagCache(change);
        }
        // The index may take long to read, so it is asked before the marks get their date.
        TagIndex index = call.indexes().of(build);
        List<CacheKey> known = index.pagesOf(change.tag());
        if (marker == null) {
            found(known, Set.of());
        } else {
            found(marked(marker.mark(build, change.tag(), known, call.dates())), Set.of());
        }
        known.forEach(key -> visitors(key, index.tagsOf(key)));
        return work;
    }

    @Override
    public ChangeInProgress route(Change.OfRoute change) {
        TagMarker marker = parts.marker();
        if (marker == null && parts.endpoint() == null) {
            return needsTagCache(change);
        }
        TagIndex index = call.indexes().of(build);
        List<CacheKey> known = index.pagesOf(change.pattern(), change.scope());
        if (marker == null) {
            found(known, Set.of());
        } else {
            found(marked(marker.mark(build, change.pattern(), change.scope(), known, call.dates())), Set.of());
        }
        known.forEach(key -> visitors(key, index.tagsOf(key)));
        return work;
    }

    @Override
    public ChangeInProgress path(Change.OfPath change) {
        PathLookup lookup = parts.finder().lookup(build, change.path(), parts.marker());
        if (lookup instanceof PathLookup.Known known) {
            markKnown(change.path(), known);
        } else if (change.mayBeUnknown()) {
            parts.finder().guesses(change.path()).forEach(work::foundNew);
            markGuess(change.path());
        } else if (lookup instanceof PathLookup.Unknown unknown) {
            work.unknownIn(unknown.reason());
        } else if (call.presence().isUnknownToTheOnlyTable(build)) {
            work.failed(BuildPresence.notInTable(change, build));
        } else {
            List<Page> guesses = parts.finder().guesses(change.path());
            guesses.forEach(work::found);
            guesses.stream()
                    .filter(page ->
                            page.router() == Router.PAGES && !parts.finder().knowsKeyOf(page))
                    .forEach(work::unreached);
            markGuess(change.path());
        }
        return work;
    }

    /** Marks the pages behind a path: each stored one under its own path, and the path that visitors ask for. */
    private void markKnown(String path, PathLookup.Known known) {
        StoredPages stored = known.stored();
        work.notes(stored.notes());
        known.pages().forEach(work::found);
        stored.tags().forEach(this::visitors);
        TagMarker marker = parts.marker();
        if (marker == null) {
            return;
        }
        Set<String> paths = new LinkedHashSet<>(Set.of(path));
        stored.byKey().values().forEach(page -> paths.add(page.path()));
        for (String each : paths) {
            List<CacheKey> keys = stored.byKey().entrySet().stream()
                    .filter(entry -> entry.getValue().path().equals(each))
                    .map(Map.Entry::getKey)
                    .toList();
            Page page = Page.of(Router.APP_PAGE, each);
            found(marked(marker.mark(build, page, keys, stored.pathTags(), call.dates())), stored.keys());
        }
    }

    private void markGuess(String path) {
        TagMarker marker = parts.marker();
        if (marker != null) {
            Page page = Page.of(Router.APP_PAGE, path);
            found(marked(marker.mark(build, page, List.of(), call.dates())).pages(), Set.of());
        }
    }

    @Override
    public ChangeInProgress page(Change.OfPage change) {
        Page page = parts.finder().withRoute(change.page());
        work.found(page);
        List<CacheKey> keys = parts.finder().keysOf(build, page.path(), page.locale());
        StoredPages stored = parts.finder().pagesOf(build, keys, keys);
        work.notes(stored.notes());
        stored.byKey().values().forEach(work::found);
        stored.tags().forEach(this::visitors);
        TagMarker marker = parts.marker();
        if (marker == null) {
            return work;
        }
        found(marked(marker.mark(build, page, keys, stored.pathTags(), call.dates())), keys);
        if (page.router() == Router.PAGES && keys.isEmpty() && !parts.finder().knowsKeyOf(page)) {
            work.unreached(page);
        }
        return work;
    }

    @Override
    public ChangeInProgress everything(Change.Everything change) {
        TagMarker marker = parts.marker();
        if (marker == null && parts.endpoint() == null) {
            return needsTagCache(change);
        }
        List<CacheKey> entries = entries();
        if (marker != null && marker.mode().listsEntries()) {
            // Pages that have no row of the root layout's tag, and fetches, are marked by their keys.
            marked(marker.mark(build, "/", PathTags.Scope.LAYOUT, entries, call.dates()));
            return work;
        }
        if (marker != null) {
            marked(marker.mark(build, "/", PathTags.Scope.LAYOUT, List.of(), call.dates()));
        }
        List<CacheKey> readable = entries.stream()
                .filter(key -> key.format() == CacheKey.Format.PLAIN)
                .toList();
        parts.finder().pagesOf(build, entries, readable).byKey().values().stream()
                .filter(page -> page.router() == Router.PAGES)
                .forEach(work::found);
        return work;
    }

    /** Lists the keys of a build's stored pages, and in original mode those of its fetches. */
    private List<CacheKey> entries() {
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
                } else if (listed.entry() instanceof StoredEntry.FetchEntry fetch && parts.rowsListEntries()) {
                    keys.add(new CacheKey(fetch.hash()));
                }
            }
            after = slice.next();
            call.life().show();
        } while (after != null);
        return keys;
    }

    /**
     * Adds the paths under which visitors get a page and that only its tags tell: the site's rewrites do not lead from
     * them.
     */
    private void visitors(CacheKey key, List<String> tags) {
        Optional<Page> stored = parts.finder().pageOfTagged(key);
        if (stored.isEmpty()) {
            return;
        }
        for (Page visitor : PagePathTags.visitors(stored.get(), tags)) {
            if (!urlsOf(stored.get()).containsAll(urlsOf(visitor))) {
                work.visitedAs(visitor);
            }
        }
    }

    private List<UrlPattern> urlsOf(Page page) {
        return call.site().urlsOf(page).patterns();
    }

    private Marking marked(Marking marking) {
        call.dates().latest(marking.dated());
        work.marked(marking.rows());
        work.notes(marking.notes());
        return marking;
    }

    /** Adds the pages of the marked keys. Those of known keys were added before, by what is stored. */
    private void found(Marking marking, Collection<CacheKey> known) {
        marking.tags().forEach(this::visitors);
        found(marking.pages(), known);
    }

    private void found(Collection<CacheKey> pages, Collection<CacheKey> known) {
        for (CacheKey key : pages) {
            if (known.contains(key)) {
                continue;
            }
            Optional<Page> page = parts.finder().pageOfTagged(key);
            if (page.isPresent()) {
                work.found(page.get());
            } else {
                work.problem(new Problem(
                        Problem.Kind.PAGES_UNKNOWN, key.value(), "names no page, so its URLs are not known", false));
            }
        }
    }

    private ChangeInProgress needsTagCache(Change change) {
        work.failed(new Problem(
                Problem.Kind.NOT_MARKED,
                change.toString(),
                "tags, routes and whole sites are marked in a tag cache or by the site itself; give the Revalidator a TagCache or"
                        + " a RevalidationEndpoint",
                false));
        return work;
    }
}
