package io.purgewise.revalidate;

import io.purgewise.site.BuildId;
import io.purgewise.site.CdnTag;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks what was found for a change over all builds: whether pages may be missing, and whether marks reach those found.
 * Not thread-safe.
 *
 * @param parts what was worked with
 * @param call what belongs to this call
 * @param work what was found
 */
record FoundCheck(ChangeMarker parts, MarkingCall call, ChangeInProgress work)
        implements Change.Visitor<ChangeInProgress> {

    @Override
    public ChangeInProgress tag(Change.OfTag change) {
        Optional<CdnTag> atCdn = cdnTag(change);
        Optional<Problem> unknown = whyPagesAreUnknown(change);
        if (unknown.isPresent() && atCdn.isPresent() && !parts.rowsListEntries()) {
            work.clearByTagsAlone();
            work.note("which pages carry the tag is not known, so they are cleared by the CDN's cache tag alone");
        } else if (unknown.isPresent()) {
            work.problem(unknown.get());
        } else if (work.foundNothing() && isUnknownToTheOnlyTable()) {
            work.failed(BuildPresence.notInTable(change, call.live().current()));
        } else if (work.foundNothing()) {
            work.note("no page carries " + change.tag()
                    + ", so there is nothing to clear; if that is a surprise, check its"
                    + " spelling and the build ID");
        }
        return reached();
    }

    /** Offers the CDN's tag of the change, if the site sends one that each of its pages is sure to carry. */
    private Optional<CdnTag> cdnTag(Change.OfTag change) {
        List<String> notes = new ArrayList<>();
        Optional<CdnTag> tag = call.cdnTags().of(change.tag(), call.live().all(), notes);
        work.notes(notes);
        tag.ifPresent(each -> {
            Set<Page> carriers = new LinkedHashSet<>();
            for (BuildId build : call.live().all()) {
                call.cdnTags()
                        .carriers(build, each)
                        .forEach(key -> parts.finder().pageOfTagged(key).ifPresent(carriers::add));
            }
            work.mayBeClearedBy(each, carriers);
        });
        return tag;
    }

    @Override
    public ChangeInProgress route(Change.OfRoute change) {
        Optional<Problem> unknown = whyPagesAreUnknown(change);
        if (unknown.isPresent()) {
            work.problem(unknown.get());
        } else if (work.foundNothing() && isUnknownToTheOnlyTable()) {
            work.failed(BuildPresence.notInTable(change, call.live().current()));
        } else if (work.foundNothing()) {
            work.note("no page of " + change
                    + " is stored, so there is nothing to clear; if that is a surprise, spell the"
                    + " route as the app's folders do, such as /blog/[slug], and check the build ID");
        }
        return reached();
    }

    @Override
    public ChangeInProgress path(Change.OfPath change) {
        if (work.foundNothing() && work.whyUnknown().isPresent()) {
            work.failed(new Problem(
                    Problem.Kind.NOT_FOUND,
                    change.toString(),
                    change.path() + " " + work.whyUnknown().get()
                            + "; nothing was marked or cleared (a page that nobody has visited yet: evenIfUnknown, new-path:"
                            + change.path() + ")",
                    false));
        }
        return reached();
    }

    @Override
    public ChangeInProgress page(Change.OfPage change) {
        return reached();
    }

    @Override
    public ChangeInProgress everything(Change.Everything change) {
        if (isUnknownToTheOnlyTable()) {
            work.failed(BuildPresence.notInTable(change, call.live().current()));
            return work;
        }
        if (call.site().basePath().isEmpty()) {
            work.wants(UrlPattern.parse("/*"));
        } else {
            // Other applications may live beside this one, and below a name that starts like this one's.
            work.wants(UrlPattern.parse(call.site().basePath()));
            work.wants(UrlPattern.parse(call.site().basePath() + "?*"));
            work.wants(UrlPattern.parse(call.site().basePath() + "/*"));
        }
        if (parts.cache() == null) {
            work.note("marked what carries the root layout's tag; pages of the Pages Router, if there are any, need an"
                    + " IncrementalCache to be found");
        }
        return reached();
    }

    private boolean isUnknownToTheOnlyTable() {
        return call.live().all().stream().allMatch(call.presence()::isUnknownToTheOnlyTable);
    }

    /**
     * Tells why there may be pages that were not found. The table of original mode knows every page by its tags; that of next
     * mode knows none, nor does a site without a table, so there the index has to be complete.
     */
    private Optional<Problem> whyPagesAreUnknown(Change change) {
        if (parts.marker() == null && parts.endpoint() == null) {
            return Optional.empty(); // Nothing was marked at all, which is the problem.
        }
        for (BuildId build : call.live().all()) {
            Optional<Exception> failure = call.indexes().failure(build);
            if (failure.isPresent()) {
                return Optional.of(new Problem(
                        Problem.Kind.PAGES_UNKNOWN,
                        change.toString(),
                        "marked, but not all of its pages may have been cleared, since the tag index of build " + build
                                + " could not be read: " + Problem.messageOf(failure.get()),
                        true));
            }
            if (!parts.rowsListEntries() && !call.indexes().of(build).complete()) {
                return Optional.of(new Problem(
                        Problem.Kind.PAGES_UNKNOWN,
                        change.toString(),
                        "marked, but not all of its pages may have been cleared: no table of original mode tells which they"
                                + " are, and no complete tag index of build " + build
                                + " was given; give the Revalidator one, or name the pages",
                        false));
            }
            Set<String> corrupt = call.indexes().of(build).corrupt();
            if (!parts.rowsListEntries() && !corrupt.isEmpty()) {
                return Optional.of(new Problem(
                        Problem.Kind.PAGES_UNKNOWN,
                        change.toString(),
                        "marked, and the pages that are known to it cleared; the tags of " + corrupt.size()
                                + " stored objects are not known, since they are no entries of OpenNext: "
                                + corrupt.stream().limit(5).toList()
                                + "; delete them, or let the site render their pages anew",
                        false));
            }
        }
        return Optional.empty();
    }

    /** Names the pages that no mark reaches and that nobody renders anew: the site would go on serving the old ones. */
    private ChangeInProgress reached() {
        if (parts.rendersAnew() || isNamedToTheSite()) {
            return work;
        }
        for (Page page : work.pages()) {
            if (work.isNew(page)) {
                continue; // Nothing of it is stored, so nothing of it is old.
            }
            if (page.router() == Router.PAGES && !parts.rowsListEntries()) {
                // In next mode servers look at tags alone, and pages of the Pages Router have none.
                unreached(page, "no mark reaches a page of the Pages Router in this mode; give a PageRenderer");
            } else if (parts.marker() == null && parts.endpoint() == null) {
                unreached(page, "it could not be marked; give a tag cache, a RevalidationEndpoint or a PageRenderer");
            } else if (work.isUnreached(page)) {
                unreached(
                        page,
                        "its key in the caches is not known, so no mark reaches it; give an IncrementalCache or a"
                                + " PageRenderer");
            }
        }
        return work;
    }

    /** Tells whether the site itself is asked for the page, whatever its router. */
    private boolean isNamedToTheSite() {
        return parts.endpoint() != null
                && (work.change() instanceof Change.OfPath || work.change() instanceof Change.OfPage);
    }

    private void unreached(Page page, String why) {
        work.problem(new Problem(Problem.Kind.NOT_MARKED, page.toString(), why, false));
    }
}
