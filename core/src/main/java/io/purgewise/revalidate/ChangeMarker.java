package io.purgewise.revalidate;

import io.purgewise.cache.BuildIds;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.TagIndex;
import io.purgewise.cdn.Clearing;
import io.purgewise.internal.Interrupts;
import io.purgewise.revalidate.Revalidator.Marked;
import io.purgewise.site.BuildId;
import io.purgewise.site.CdnTag;
import io.purgewise.site.PageTags;
import io.purgewise.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the pages of changes in every live build and marks them. Immutable and thread-safe.
 *
 * @param site the site as it was described
 * @param clearings the distributions, each with the hosts that it serves
 * @param buildIds tells the live builds
 * @param clock this machine's clock
 * @param marker writes marks; null if the site has no tag table
 * @param endpoint the site, which marks its caches itself; null if it is not asked to
 * @param cache the stored pages, or null
 * @param finder finds pages and keys
 * @param tagIndex finds pages by tag beside the table
 * @param cdnTags how the site spells a tag for the CDN, or null if it sends none
 * @param pageTags how the site tags its pages for the CDN, or null if it does not
 * @param slowestRender how long a render may take that began before a change
 * @param rendersAnew whether a renderer follows, which reaches the pages that no mark reaches
 */
record ChangeMarker(
        Site site,
        List<Clearing> clearings,
        BuildIds buildIds,
        InstantSource clock,
        @Nullable TagMarker marker,
        @Nullable RevalidationEndpoint endpoint,
        @Nullable IncrementalCache cache,
        PageFinder finder,
        Function<BuildId, TagIndex> tagIndex,
        @Nullable Function<CacheTag, CdnTag> cdnTags,
        @Nullable PageTags pageTags,
        Duration slowestRender,
        boolean rendersAnew) {

    private static final System.Logger LOG = System.getLogger(ChangeMarker.class.getName());

    /** Makes a marker for dry runs: it reads as this one does, and writes nothing. */
    ChangeMarker withoutWriting() {
        return new ChangeMarker(
                site,
                clearings,
                buildIds,
                clock,
                marker == null ? null : marker.withoutWriting(),
                endpoint == null ? null : changes -> Map.of(),
                cache,
                finder,
                tagIndex,
                cdnTags,
                pageTags,
                slowestRender,
                rendersAnew);
    }

    /** Tells whether the site has a tag table and marks go by the keys of entries there. */
    boolean rowsListEntries() {
        return marker != null && marker.mode().listsEntries();
    }

    Marked mark(Collection<? extends Change> changes, SignsOfLife life) {
        BuildIds.Live live = buildIds.at(clock.instant());
        LiveIndexes indexes = new LiveIndexes(tagIndex);
        MarkingCall call = new MarkingCall(
                site.withBuilds(live.current(), live.retiring()),
                live,
                new MarkDates(StoreClock.read(clock, this::storeTime), slowestRender),
                indexes,
                new TagsAtCdn(cdnTags, indexes),
                new BuildPresence(cache, marker),
                life);
        List<ChangeInProgress> works = new ArrayList<>();
        for (Change change : new LinkedHashSet<>(changes)) {
            works.add(mark(change, call));
            life.show();
        }
        if (endpoint != null) {
            askSite(endpoint, works, call);
        }
        List<Receipt.OfChange> receipts =
                works.stream().map(work -> receipt(work, call.site())).toList();
        return new Marked(receipts, call.dates().settle());
    }

    /** Finds the URLs of what was marked; where the app's own rules fail at it, the marks are in the receipt all the same. */
    private Receipt.OfChange receipt(ChangeInProgress work, Site deployed) {
        try {
            return work.receipt(deployed, clearings, pageTags);
        } catch (Exception failure) {
            Interrupts.keep(failure);
            LOG.log(Problem.levelOf(failure), "the URLs of change " + work.change() + " could not be found", failure);
            work.failed(Problem.of(Problem.Kind.NOT_CLEARED, work.change().toString(), failure));
            return work.receipt(deployed, clearings, pageTags);
        }
    }

    /**
     * Reads the clock that dates entries. Without a store of pages that is the table's clock, which AWS sets by the same
     * source.
     */
    private Optional<Instant> storeTime() {
        return cache != null ? cache.time() : marker != null ? marker.time() : Optional.empty();
    }

    private ChangeInProgress mark(Change change, MarkingCall call) {
        ChangeInProgress work = new ChangeInProgress(change, call.dates().notes());
        try {
            change.accept(new FitCheck(call.site()));
            if (call.presence().isAbsent(call.live().current())) {
                work.failed(BuildPresence.notFound(change, call.live().current()));
            } else {
                for (BuildId build : call.live().all()) {
                    markIn(build, change, call, work);
                }
                change.accept(new FoundCheck(this, call, work));
            }
        } catch (IllegalArgumentException unfit) {
            if (call.life().over()) {
                throw unfit;
            }
            // A name that the table cannot hold is found out here; other changes have been marked by now.
            work.failed(new Problem(Problem.Kind.INVALID, change.toString(), Problem.messageOf(unfit), false));
        } catch (Exception failure) {
            Interrupts.keep(failure);
            if (call.life().over()) {
                throw failure;
            }
            LOG.log(Problem.levelOf(failure), "change " + change + " could not be marked", failure);
            work.failed(Problem.of(Problem.Kind.NOT_MARKED, change.toString(), failure));
        }
        return work;
    }

    /** Has the site mark what is marked in the table by now, if there is one; its marks are no older than its answer. */
    private static void askSite(RevalidationEndpoint endpoint, List<ChangeInProgress> works, MarkingCall call) {
        Map<Change, ChangeInProgress> open = new LinkedHashMap<>();
        works.stream().filter(ChangeInProgress::isClearable).forEach(work -> open.put(work.change(), work));
        if (open.isEmpty()) {
            return;
        }
        try {
            Map<Change, List<Problem>> unmarked = endpoint.mark(open.keySet());
            open.forEach(
                    (change, work) -> unmarked.getOrDefault(change, List.of()).forEach(work::failed));
        } catch (Exception failure) {
            Interrupts.keep(failure);
            LOG.log(Problem.levelOf(failure), "the site could not be asked to mark changes", failure);
            open.forEach(
                    (change, work) -> work.failed(Problem.of(Problem.Kind.NOT_MARKED, change.toString(), failure)));
        }
        call.dates().markedByOthers();
    }

    private void markIn(BuildId build, Change change, MarkingCall call, ChangeInProgress work) {
        if (call.presence().isAbsent(build)) {
            work.note("build " + build + " was replaced, and nothing of it is stored any more");
            return;
        }
        change.accept(new BuildMarking(this, call, build, work));
    }
}
