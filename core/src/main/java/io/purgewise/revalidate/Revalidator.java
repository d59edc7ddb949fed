package io.purgewise.revalidate;

import io.purgewise.cache.BuildIds;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.LiveBuilds;
import io.purgewise.cache.PageRenderer;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagIndex;
import io.purgewise.cache.TagMarker;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.cdn.OutboxDrainer;
import io.purgewise.cdn.Pause;
import io.purgewise.plan.InvalidationPlanner;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.BuildId;
import io.purgewise.site.CdnTag;
import io.purgewise.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes changes of content through every cache that holds the old: OpenNext's tag table first, the CDN last.
 *
 * <p>A call finds the pages behind the changes, marks them in the tag table, waits until the marks count, renders the pages
 * anew if a renderer was given, plans the cheapest invalidation of all their URLs and submits it. The order matters: a CDN
 * that is cleared before the marks count fetches the old page again and keeps it, for a year if the page is static.
 *
 * <p>Instances are immutable and as thread-safe as the ports they were given. A call works on the caller's thread.
 */
public final class Revalidator {

    /** How far the table's index may lag behind the table; AWS promises no figure, a second is what OpenNext reckons with. */
    private static final Duration INDEX_DELAY = Duration.ofSeconds(1);

    private final Site site;
    private final CdnClearing clearing;
    private final BuildIds buildIds;
    private final @Nullable TagMarker marker;
    private final @Nullable PageRenderer renderer;
    private final @Nullable IncrementalCache cache;
    private final Duration slowestRender;
    private final PageFinder finder;
    private final InstantSource clock;
    private final Pause pause;
    private final boolean marksReachPagesRouter;
    private final Function<BuildId, TagIndex> tagIndex;

    private Revalidator(Builder builder) {
        site = builder.site;
        buildIds = builder.buildIds;
        marker = builder.marker;
        // In next mode servers look at tags alone, and entries of the Pages Router have none.
        marksReachPagesRouter = marker != null && marker.mode() == TagCacheMode.ORIGINAL;
        renderer = builder.renderer;
        cache = builder.cache;
        slowestRender = builder.slowestRender;
        finder = new PageFinder(site, builder.cache, Set.copyOf(builder.routes));
        clearing = new CdnClearing(
                InvalidationPlanner.of(builder.policy),
                builder.knownUrls,
                builder.submitter,
                List.copyOf(builder.distributions),
                builder.cdnTags,
                builder.submitter.ambient().clock(),
                builder.submitter.ambient().random());
        clock = builder.submitter.ambient().clock();
        pause = builder.submitter.ambient().pause();
        tagIndex = builder.tagIndex;
    }

    /**
     * Starts a revalidator.
     *
     * @param site the site
     * @param submitter brings plans to the CDN in front of it; its clock, pause and randomness serve the revalidator too, which
     *     dates marks by the clock of the store or the table where it tells its time
     * @param distribution the CDN's distribution
     * @return a builder
     */
    public static Builder builder(Site site, InvalidationSubmitter submitter, DistributionId distribution) {
        return new Builder(site, submitter, distribution);
    }

    /**
     * Makes changes visible.
     *
     * <p>What fails for one change does not stop the others; it is in the receipt. A change whose marks could not all be
     * written is not cleared at the CDN, since readers would be given the old page once more.
     *
     * @param changes what changed; a change given twice counts once
     * @return what was done and what was not
     * @throws InterruptedException if the waiting thread is told to stop; marks may have been written, so call again
     * @throws io.purgewise.PurgewiseException if not even the live build is known; nothing was done
     */
    public Receipt revalidate(Collection<Change> changes) throws InterruptedException {
        StoreTime time = storeTime();
        List<ChangeWork> works = mark(changes, marker, time);
        settle(time);
        render(works);
        return clearing.submit(receipts(works), time.mark());
    }

    /**
     * Marks changes now and leaves the CDN to an outbox, which gathers bursts and survives the process if it is durable.
     *
     * <p>Nothing waits here, unless a renderer was given: the outbox clears nothing before the marks count. When this returns,
     * every change without a problem is accepted.
     *
     * @param changes what changed; a change given twice counts once
     * @param outbox who clears the CDN, with its own plan and distributions
     * @return what was marked and accepted; no plan and no submissions
     * @throws InterruptedException if the waiting thread is told to stop; marks may have been written, so call again
     * @throws io.purgewise.PurgewiseException if the live build is not known, or the outbox accepted nothing; marks may have
     *     been written, so call again
     */
    public Receipt accept(Collection<Change> changes, OutboxDrainer outbox) throws InterruptedException {
        StoreTime time = storeTime();
        List<ChangeWork> works = mark(changes, marker, time);
        if (renderer != null) {
            settle(time);
        }
        render(works);
        return clearing.accept(receipts(works), time.mark().minus(time.ahead()), time.settled(INDEX_DELAY), outbox);
    }

    /**
     * Says what {@link #revalidate} would do, and does nothing but read.
     *
     * @param changes what changed
     * @return the marks that would be written, the pages, and the plan; no submissions
     * @throws io.purgewise.PurgewiseException if not even the live build is known
     */
    public Receipt preview(Collection<Change> changes) {
        List<ChangeWork> works = mark(changes, marker == null ? null : marker.withoutWriting(), storeTime());
        if (renderer == null) {
            works.forEach(work -> work.notRendered(marksReachPagesRouter));
        }
        return clearing.preview(receipts(works));
    }

    private static List<ChangeReceipt> receipts(List<ChangeWork> works) {
        return works.stream().map(ChangeWork::receipt).toList();
    }

    /** Reads the clock that dates entries; without a store of pages the table's, which AWS sets by the same source. */
    private StoreTime storeTime() {
        Optional<Instant> untold = Optional.empty();
        return StoreTime.read(clock, () -> cache != null ? cache.time() : marker != null ? marker.time() : untold)
                .plus(slowestRender);
    }

    private List<ChangeWork> mark(Collection<Change> changes, @Nullable TagMarker by, StoreTime time) {
        LiveBuilds live = buildIds.at(clock.instant());
        Site deployed = site.deployed(live.current(), live.retiring());
        Map<BuildId, TagIndex> indexes = new HashMap<>();
        Function<BuildId, TagIndex> index = build -> indexes.computeIfAbsent(build, tagIndex);
        List<ChangeWork> works = new ArrayList<>();
        for (Change change : new LinkedHashSet<>(changes)) {
            works.add(new ChangeWork(change, deployed, finder, index));
        }
        works.forEach(work -> work.mark(live.all(), by, time));
        return works;
    }

    private void settle(StoreTime time) throws InterruptedException {
        Duration wait = Duration.between(clock.instant(), time.settled(INDEX_DELAY));
        if (!wait.isNegative() && !wait.isZero()) {
            pause.waitFor(wait);
        }
    }

    private void render(List<ChangeWork> works) {
        if (renderer == null) {
            works.forEach(work -> work.notRendered(marksReachPagesRouter));
        } else {
            ChangeWork.render(works, renderer);
        }
    }

    /** Collects the parts of a revalidator. This class is not thread-safe. */
    public static final class Builder {

        private final Site site;
        private final InvalidationSubmitter submitter;
        private final List<DistributionId> distributions = new ArrayList<>();
        private BuildIds buildIds;
        private @Nullable TagMarker marker;
        private @Nullable IncrementalCache cache;
        private Duration slowestRender = Duration.ZERO;
        private @Nullable PageRenderer renderer;
        private @Nullable Function<CacheTag, CdnTag> cdnTags;
        private Collection<String> routes = List.of();
        private PlanPolicy policy = PlanPolicy.balanced();
        private Supplier<UrlIndex> knownUrls = UrlIndex::unknown;
        private Function<BuildId, TagIndex> tagIndex = TagIndex::empty;

        private Builder(Site site, InvalidationSubmitter submitter, DistributionId distribution) {
            this.site = site;
            this.submitter = submitter;
            this.distributions.add(distribution);
            this.buildIds = BuildIds.fixed(site.cacheBuildId());
        }

        /**
         * Adds a distribution that holds the same site.
         *
         * @param distribution the distribution; every change is cleared there too
         * @return this builder
         */
        public Builder distribution(DistributionId distribution) {
            if (!distributions.contains(distribution)) {
                distributions.add(distribution);
            }
            return this;
        }

        /**
         * Sets how the live builds are found.
         *
         * @param buildIds tells the builds whose caches are marked; default: the site's cache build ID
         * @return this builder
         */
        public Builder buildIds(BuildIds buildIds) {
            this.buildIds = buildIds;
            return this;
        }

        /**
         * Sets how tags and pages are marked.
         *
         * @param marker marks the site's tag table; without one, only pages can be cleared, and they must be rendered anew
         * @return this builder
         */
        public Builder marker(TagMarker marker) {
            this.marker = marker;
            return this;
        }

        /**
         * Sets where pages are looked up.
         *
         * @param cache the site's stored pages, whose clock dates the marks; without it, a path is cleared for both routers
         * @return this builder
         */
        public Builder cache(IncrementalCache cache) {
            this.cache = cache;
            return this;
        }

        /**
         * Sets how long a render may take that began before the change, and with it the old content, and is stored after
         * its mark: servers take its page for a new one. Marks are dated that much later and the call waits that much
         * longer; pages rendered meanwhile are rendered once more.
         *
         * @param slowestRender the time, at least that of the site's slowest page and its data; default zero, as with
         *     {@code revalidateTag}
         * @return this builder
         * @throws IllegalArgumentException if {@code slowestRender} is negative
         */
        public Builder slowestRender(Duration slowestRender) {
            if (slowestRender.isNegative()) {
                throw new IllegalArgumentException("slowest render must not be negative, but was " + slowestRender);
            }
            this.slowestRender = slowestRender;
            return this;
        }

        /**
         * Sets who renders pages anew before the CDN is cleared.
         *
         * @param renderer the renderer; default: none, the next visitor waits
         * @return this builder
         */
        public Builder renderer(PageRenderer renderer) {
            this.renderer = renderer;
            return this;
        }

        /**
         * Sets where pages of a tag or route are found beside the tag table, which knows none in next mode, and in original
         * mode misses those that never got a row.
         *
         * @param tagIndex gives the index of a build, best refreshed a moment ago; asked once in each call that holds a tag
         *     or route; default: an empty index
         * @return this builder
         */
        public Builder tagIndex(Function<BuildId, TagIndex> tagIndex) {
            this.tagIndex = tagIndex;
            return this;
        }

        /**
         * Declares that the site sends cache tags to the CDN, so that a tag of the app may be cleared as one item.
         *
         * <p>The planner takes such an item when it is cheaper than paths, and only where every distribution has a
         * {@code CacheTagConfig}. Clear everything once after turning tags on: objects cached before carry none.
         *
         * @param cdnTags how the site writes a tag into the header, such as
         *     {@code tag -> CdnTagEncoder.encode(tag.value())}; default: the site sends none
         * @return this builder
         */
        public Builder cdnTags(Function<CacheTag, CdnTag> cdnTags) {
            this.cdnTags = cdnTags;
            return this;
        }

        /**
         * Names the site's routes, so that the second URL of an optional catch-all's root is known.
         *
         * @param routes route patterns such as {@code /docs/[[...path]]}
         * @return this builder
         */
        public Builder routes(Collection<String> routes) {
            this.routes = List.copyOf(routes);
            return this;
        }

        /**
         * Sets what a plan may do.
         *
         * @param policy the policy; default {@link PlanPolicy#balanced()}
         * @return this builder
         */
        public Builder policy(PlanPolicy policy) {
            this.policy = policy;
            return this;
        }

        /**
         * Sets the URLs that the site is known to have.
         *
         * @param knownUrls asked for each plan; default: an unknown site, which gets no wildcard that no page demands
         * @return this builder
         */
        public Builder knownUrls(Supplier<UrlIndex> knownUrls) {
            this.knownUrls = knownUrls;
            return this;
        }

        /**
         * Finishes the revalidator.
         *
         * @return the revalidator
         */
        public Revalidator build() {
            return new Revalidator(this);
        }
    }
}
