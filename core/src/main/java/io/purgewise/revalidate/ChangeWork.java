package io.purgewise.revalidate;

import io.purgewise.PurgewiseException;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.Marking;
import io.purgewise.cache.PageRenderer;
import io.purgewise.cache.Rendering;
import io.purgewise.cache.TagIndex;
import io.purgewise.cache.TagMarker;
import io.purgewise.cache.WriteReport;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.PageUrls;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.site.UrlPattern;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes one change through the caches: finds its pages, marks them, and collects their URL patterns. */
final class ChangeWork {

    private final Change change;
    private final Site site;
    private final PageFinder finder;
    private final Function<BuildId, TagIndex> tagIndex;
    private final Set<Page> pages = new LinkedHashSet<>();
    private final Set<Page> unmarked = new LinkedHashSet<>();
    private final List<Rendering> renderings = new ArrayList<>();
    private final Set<String> notes = new LinkedHashSet<>();
    private final List<Problem> problems = new ArrayList<>();
    private WriteReport marks = WriteReport.EMPTY;
    private boolean reached = true;

    ChangeWork(Change change, Site site, PageFinder finder, Function<BuildId, TagIndex> tagIndex) {
        this.change = change;
        this.site = site;
        this.finder = finder;
        this.tagIndex = tagIndex;
        if (change instanceof Change.OfPage page) {
            // A locale that the site has not is told before anything is written.
            site.urlsOf(page.page());
        }
    }

    /** Finds the pages and marks them in every live build. */
    void mark(Collection<BuildId> builds, @Nullable TagMarker marker, StoreTime time) {
        notes.addAll(time.notes());
        for (BuildId build : builds) {
            try {
                markIn(build, marker, time.mark());
            } catch (PurgewiseException | IllegalArgumentException failure) {
                // A name that the table cannot hold is found out here; changes before it may have been marked by now.
                fail("build " + build, failure.getMessage());
            }
        }
        marks.failures()
                .forEach(row -> fail(
                        "row " + row.row().tag() + " -> " + row.row().path(),
                        "not marked, revalidate again: " + row.reason()));
    }

    private void markIn(BuildId build, @Nullable TagMarker marker, Instant now) {
        if (change instanceof Change.OfTag tag) {
            if (marker == null) {
                fail("build " + build, "a tag needs a tag cache; give the Revalidator one");
                return;
            }
            List<CacheKey> known = tagIndex.apply(build).pagesOf(tag.tag());
            record(build, marker.mark(build, tag.tag(), known, () -> now));
            notFound(build, "to carry the tag", "check its spelling, or name the pages");
        } else if (change instanceof Change.OfRoute route) {
            if (marker == null) {
                fail("build " + build, "a route needs a tag cache; give the Revalidator one");
                return;
            }
            List<CacheKey> known = tagIndex.apply(build).pagesOf(route.pattern(), route.scope());
            record(build, marker.mark(build, route.pattern(), route.scope(), known, () -> now));
            notFound(
                    build,
                    "to belong to the route",
                    "spell it as the app's folders do, such as /blog/[slug], or name the pages");
        } else if (change instanceof Change.OfPath path) {
            List<CacheKey> keys = finder.keysOf(build, path.path(), null);
            markPage(build, marker, Page.of(Router.APP_PAGE, path.path()), keys, now);
            if (pages.isEmpty()) {
                pages.addAll(finder.guesses(path.path()));
            }
        } else if (change instanceof Change.OfPage page) {
            Page known = finder.withRoute(page.page());
            pages.add(known);
            markPage(build, marker, known, finder.keysOf(build, known.path(), known.locale()), now);
        }
    }

    private void notFound(BuildId build, String what, String advice) {
        if (pages.isEmpty()) {
            problems.add(new Problem(
                    change.toString(),
                    "no page is known " + what + " in build " + build + ", so nothing was cleared at the CDN; "
                            + advice));
        }
    }

    private void markPage(BuildId build, @Nullable TagMarker marker, Page page, List<CacheKey> keys, Instant now) {
        keys.forEach(key -> finder.pageOf(build, key).ifPresent(pages::add));
        if (marker == null) {
            unmarked.add(page);
            return;
        }
        record(build, marker.mark(build, page, keys, () -> now));
        if (page.router() == Router.PAGES && keys.isEmpty() && !finder.knowsKeyOf(page)) {
            unmarked.add(page);
        }
    }

    private void record(BuildId build, Marking marking) {
        marks = marks.plus(marking.rows());
        notes.addAll(marking.notes());
        for (CacheKey key : marking.pages()) {
            finder.pageOf(build, key)
                    .ifPresentOrElse(
                            pages::add,
                            () -> problems.add(new Problem(key.value(), "names no page, so its URLs are not known")));
        }
    }

    private void fail(String subject, @Nullable String reason) {
        problems.add(new Problem(subject, reason == null ? "unknown reason" : reason));
        reached = false;
    }

    /** Lists the pages to be rendered anew and to be cleared: none if a mark failed. */
    List<Page> pages() {
        return reached ? List.copyOf(pages) : List.of();
    }

    /** Renders the pages of several changes anew, each page once. */
    static void render(List<ChangeWork> works, PageRenderer renderer) {
        Map<Page, Rendering> rendered = new LinkedHashMap<>();
        Set<Page> pages = new LinkedHashSet<>();
        works.forEach(work -> pages.addAll(work.pages()));
        renderer.render(pages).forEach(rendering -> rendered.put(rendering.page(), rendering));
        for (ChangeWork work : works) {
            for (Page page : work.pages()) {
                Rendering rendering = rendered.get(page);
                if (rendering != null) {
                    work.rendered(rendering);
                }
            }
        }
    }

    private void rendered(Rendering rendering) {
        renderings.add(rendering);
        if (rendering.outcome() == Rendering.Outcome.FAILED) {
            problems.add(new Problem(rendering.url(), "not rendered anew: " + rendering.detail()));
        }
    }

    /** Notes the pages that no mark reaches and that nobody renders anew: the site goes on serving the old ones. */
    void notRendered(boolean marksReachPagesRouter) {
        for (Page page : pages()) {
            if (page.router() == Router.PAGES && !marksReachPagesRouter) {
                problems.add(new Problem(
                        page.toString(),
                        "no mark reaches a page of the Pages Router in this mode; give a PageRenderer"));
            } else if (unmarked.contains(page)) {
                problems.add(new Problem(
                        page.toString(),
                        "its key in the caches is not known, so no mark reaches it; give an IncrementalCache or a"
                                + " PageRenderer"));
            }
        }
    }

    ChangeReceipt receipt() {
        TreeSet<UrlPattern> patterns = new TreeSet<>();
        List<PageUrls.Widened> widened = new ArrayList<>();
        for (Page page : pages()) {
            PageUrls urls = site.urlsOf(page);
            patterns.addAll(urls.withWildcards());
            widened.addAll(urls.widened());
        }
        return new ChangeReceipt(
                change,
                marks,
                List.copyOf(notes),
                List.copyOf(pages),
                List.copyOf(patterns),
                widened,
                renderings,
                problems);
    }
}
