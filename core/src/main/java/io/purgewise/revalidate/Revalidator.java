package io.purgewise.revalidate;

import io.purgewise.cache.BuildIds;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.PageRenderer;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagIndex;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnListener.Stage;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.FreshnessRule;
import io.purgewise.site.BuildId;
import io.purgewise.site.CdnTag;
import io.purgewise.site.PageTags;
import io.purgewise.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes changes of content through every cache that holds the old pages: OpenNext's tag table first, the CDN last.
 *
 * <p>A call finds the pages behind the changes, marks them in the tag table, waits until the marks count, renders the
 * pages anew if a renderer was given, plans the cheapest invalidation of all their URLs and submits it. The order
 * matters: a CDN that is cleared before the marks count fetches the old page again and keeps it, for a year if the page
 * is static.
 *
 * <p>Instances are immutable and as thread-safe as the ports they were given. A call works on the caller's thread.
 */
public final class Revalidator {

    private final Site site;
    private final ChangeMarker marker;
    private final @Nullable PageRendering rendering;
    private final ClearingStep clearing;
    private final Ambient ambient;

    private Revalidator(Builder builder) {
        site = builder.site;
        ambient = builder.clearings.get(0).ambient();
        marker = builder.changeMarker();
        rendering = builder.renderer == null ? null : new PageRendering(builder.renderer);
        clearing = new ClearingStep(builder.findingClearings(), builder.deadline);
    }

    /**
     * Starts a revalidator.
     *
     * @param site the site
     * @param clearing a distribution in front of it. The revalidator waits and tells the time as this clearing does; marks are
     *     dated by the clock of the page store or of the tag table, where it tells its time
     * @return a builder
     */
    public static Builder builder(Site site, Clearing clearing) {
        return new Builder(site, clearing);
    }

    /**
     * {@return the clearings of the distributions, in the order in which they were given} Where {@linkplain Builder#cache stored
     * pages} were given, a clearing that knows no URLs takes those of the stored pages when it plans for many paths.
     */
    public List<Clearing> clearings() {
        return clearing.clearings();
    }

    /**
     * Makes changes visible, as {@link #revalidate(Collection)} does.
     *
     * @param changes what changed; a change given twice counts once
     * @return what was done and what was not
     * @throws InterruptedException if the waiting thread is told to stop; marks may have been written, so call again
     * @throws IllegalArgumentException if a change does not fit the site; nothing was done
     * @throws io.purgewise.PurgewiseException if not even the live build is known; nothing was done
     */
    public Receipt revalidate(Change... changes) throws InterruptedException {
        return revalidate(Arrays.asList(Objects.requireNonNull(changes, "changes")));
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
     * @throws IllegalArgumentException if a change does not fit the site; nothing was done
     * @throws io.purgewise.PurgewiseException if not even the live build is known; nothing was done
     */
    public Receipt revalidate(Collection<? extends Change> changes) throws InterruptedException {
        check(changes);
        Instant changedAt = ambient.clock().instant();
        Marked marked = mark(changes);
        settle(marked);
        Instant now = ambient.clock().instant();
        // A clock that was set back meanwhile must not make old copies seem new.
        FreshnessRule rule = new FreshnessRule(changedAt, now.isBefore(changedAt) ? changedAt : now);
        List<Receipt.OfChange> done = render(marked).changes();
        return new Receipt(done, clearing.submit(done), clearings(), rule);
    }

    /**
     * Says what {@link #revalidate(Collection)} would do, and does nothing but read.
     *
     * @param changes what changed
     * @return the marks that would be written, the pages, and the plan
     * @throws IllegalArgumentException if a change does not fit the site
     * @throws io.purgewise.PurgewiseException if not even the live build is known
     */
    public Preview preview(Collection<? extends Change> changes) {
        check(changes);
        List<Receipt.OfChange> planned = marker.withoutWriting()
                .mark(changes, new SignsOfLife(Revalidator::silent))
                .changes();
        return new Preview(planned, clearing.plan(planned));
    }

    /**
     * Says what {@link #revalidate(Change...)} would do, and does nothing but read.
     *
     * @param changes what changed
     * @return the marks that would be written, the pages, and the plan
     * @throws IllegalArgumentException if a change does not fit the site
     * @throws io.purgewise.PurgewiseException if not even the live build is known
     */
    public Preview preview(Change... changes) {
        return preview(Arrays.asList(Objects.requireNonNull(changes, "changes")));
    }

    /**
     * Refuses changes that cannot be changes of the site, before anything is done. {@link #revalidate} does this first;
     * an outbox does it before it accepts a change.
     *
     * @param changes what changed
     * @throws IllegalArgumentException if a change does not fit the site, such as a page in a locale that the site has
     *     not
     * @throws NullPointerException if a change is null
     */
    public void check(Collection<? extends Change> changes) {
        Objects.requireNonNull(changes, "changes");
        FitCheck fits = new FitCheck(site);
        for (Change change : changes) {
            Objects.requireNonNull(change, "change").accept(fits);
        }
    }

    /**
     * Takes the first step alone: finds the pages of changes and marks them. {@link #revalidate} and an outbox walk the same
     * steps: mark, wait for {@link Marked#settle}, {@link #render}, plan and clear.
     *
     * <p>What fails for one change is a problem of that change and stops no other. Marking a change again is harmless.
     *
     * @param changes what changed; a change given twice counts once
     * @return what was marked, what has to be cleared, and from when
     * @throws io.purgewise.PurgewiseException if not even the live build is known; nothing was done
     * @throws NullPointerException if a change is null; nothing was done
     */
    public Marked mark(Collection<? extends Change> changes) {
        return mark(changes, Revalidator::silent);
    }

    /**
     * Takes the first step alone, as {@link #mark(Collection)} does, and shows signs of life meanwhile.
     *
     * @param changes what changed; a change given twice counts once
     * @param alive is run between the changes, and between the slices of a long list of stored pages, such as to renew a lease;
     *     what it throws ends the call
     * @return what was marked, what has to be cleared, and from when
     * @throws io.purgewise.PurgewiseException if not even the live build is known; nothing was done
     * @throws NullPointerException if a change is null; nothing was done
     */
    public Marked mark(Collection<? extends Change> changes, Runnable alive) {
        Objects.requireNonNull(changes, "changes");
        Objects.requireNonNull(alive, "alive");
        changes.forEach(change -> Objects.requireNonNull(change, "change"));
        return first().walk(Stage.MARK, () -> marker.mark(changes, new SignsOfLife(alive)));
    }

    /**
     * Takes the step after settling alone: renders the marked pages anew, if a renderer was given.
     *
     * @param marked what {@link #mark} returned, {@link Marked#settle} ago
     * @return the same with what became of the pages
     */
    public Marked render(Marked marked) {
        return render(marked, Revalidator::silent);
    }

    /**
     * Takes the step after settling alone, as {@link #render(Marked)} does, and shows signs of life meanwhile.
     *
     * @param marked what {@link #mark} returned, {@link Marked#settle} ago
     * @param alive is run after every {@value PageRendering#PAGES_OF_A_CALL} pages, such as to renew a lease; what it throws ends
     *     the call
     * @return the same with what became of the pages
     */
    public Marked render(Marked marked, Runnable alive) {
        Objects.requireNonNull(marked, "marked");
        Objects.requireNonNull(alive, "alive");
        PageRendering renderer = rendering;
        return renderer == null ? marked : first().walk(Stage.RENDER, () -> renderer.render(marked, alive));
    }

    private static void silent() {}

    private void settle(Marked marked) throws InterruptedException {
        if (!marked.settle().isZero()) {
            first().walk(Stage.SETTLE, () -> {
                ambient.pause().waitFor(marked.settle());
                return marked;
            });
        }
    }

    /** Returns whose listeners hear of the stages before the CDN. */
    private Clearing first() {
        return clearings().get(0);
    }

    /** Collects the parts of a revalidator. This class is not thread-safe. */
    public static final class Builder {

        private final Site site;
        private final List<Clearing> clearings = new ArrayList<>();
        private Duration deadline = Duration.ofMinutes(1);
        private BuildIds buildIds;
        private @Nullable TagCache tagCache;
        private TagCacheMode mode = TagCacheMode.ORIGINAL;
        private @Nullable RevalidationEndpoint endpoint;
        private MarkPolicy marks = MarkPolicy.EXPIRE;
        private @Nullable IncrementalCache cache;
        private Duration slowestRender = Duration.ZERO;
        private @Nullable PageRenderer renderer;
        private @Nullable Function<CacheTag, CdnTag> cdnTags;
        private @Nullable PageTags pageTags;
        private Collection<String> routes = List.of();
        private Function<BuildId, TagIndex> tagIndex = TagIndex::empty;

        private Builder(Site site, Clearing clearing) {
            this.site = Objects.requireNonNull(site, "site");
            this.clearings.add(Objects.requireNonNull(clearing, "clearing"));
            this.buildIds = BuildIds.fixed(site.cacheBuildId());
        }

        /**
         * Adds a distribution that holds the same site.
         *
         * @param clearing the distribution; every change is cleared there too
         * @return this builder
         * @throws IllegalArgumentException if the distribution was given already
         */
        public Builder clearing(Clearing clearing) {
            Objects.requireNonNull(clearing, "clearing");
            if (clearings.stream().anyMatch(each -> each.distribution().equals(clearing.distribution()))) {
                throw new IllegalArgumentException(
                        "distribution " + clearing.distribution() + " was given twice; one clearing is enough");
            }
            clearings.add(clearing);
            return this;
        }

        /**
         * Sets how long a call tries to have the CDN accept what it sends, while the CDN is busy or does not answer. What is
         * not accepted by then is a problem of the receipt. Whoever wants more patience than a caller has uses an outbox.
         *
         * @param deadline how long, for each distribution; default a minute
         * @return this builder
         * @throws IllegalArgumentException if {@code deadline} is not positive
         */
        public Builder deadline(Duration deadline) {
            if (Objects.requireNonNull(deadline, "deadline").isNegative() || deadline.isZero()) {
                throw new IllegalArgumentException("deadline must be positive, but was " + deadline);
            }
            this.deadline = deadline;
            return this;
        }

        /**
         * Sets how the live builds are found.
         *
         * @param buildIds tells the builds whose caches are marked; default: the site's cache build ID
         * @return this builder
         */
        public Builder buildIds(BuildIds buildIds) {
            this.buildIds = Objects.requireNonNull(buildIds, "buildIds");
            return this;
        }

        /**
         * Sets the site's tag table, used in original mode.
         *
         * @param tagCache the table; without one, only pages can be cleared, and they must be rendered anew
         * @return this builder
         */
        public Builder tagCache(TagCache tagCache) {
            return tagCache(tagCache, TagCacheMode.ORIGINAL);
        }

        /**
         * Sets the site's tag table.
         *
         * @param tagCache the table; without one, only pages can be cleared, and they must be rendered anew
         * @param mode how the site uses it; the wrong mode makes marks without effect
         * @return this builder
         */
        public Builder tagCache(TagCache tagCache, TagCacheMode mode) {
            this.tagCache = Objects.requireNonNull(tagCache, "tagCache");
            this.mode = Objects.requireNonNull(mode, "mode");
            return this;
        }

        /**
         * Has the site mark its caches itself, beside a tag table or in place of one. It is asked after the table is marked; a
         * change that it does not confirm is not cleared at the CDN.
         *
         * <p>Without a table, the pages of a tag or route have to be known otherwise: from {@link #tagIndex}, or to the CDN by
         * {@link #cdnTags}. Where they are not, a change of a tag is a problem, and a change of a path is cleared as given.
         *
         * @param endpoint the site; default: it is not asked
         * @return this builder
         */
        public Builder endpoint(RevalidationEndpoint endpoint) {
            this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
            return this;
        }

        /**
         * Sets what marks mean and how far they reach.
         *
         * @param marks the policy; default {@link MarkPolicy#EXPIRE}
         * @return this builder
         */
        public Builder marks(MarkPolicy marks) {
            this.marks = Objects.requireNonNull(marks, "marks");
            return this;
        }

        /**
         * Sets where pages are looked up.
         *
         * @param cache the site's stored pages, whose clock dates the marks; without it, a path is cleared for both routers
         * @return this builder
         */
        public Builder cache(IncrementalCache cache) {
            this.cache = Objects.requireNonNull(cache, "cache");
            return this;
        }

        /**
         * Sets how long a render may take. One that began before the change holds the old content; if it is stored after
         * the mark, servers take its page for a new one. So marks are dated that much later, and the call waits that
         * much longer; pages that were rendered meanwhile are rendered once more.
         *
         * @param slowestRender the time, at least that of the site's slowest page and its data; default zero, as with
         *     {@code revalidateTag}
         * @return this builder
         * @throws IllegalArgumentException if {@code slowestRender} is negative
         */
        public Builder slowestRender(Duration slowestRender) {
            if (Objects.requireNonNull(slowestRender, "slowestRender").isNegative()) {
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
            this.renderer = Objects.requireNonNull(renderer, "renderer");
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
            this.tagIndex = Objects.requireNonNull(tagIndex, "tagIndex");
            return this;
        }

        /**
         * Declares that the site sends cache tags to the CDN, so that a tag of the app may be cleared as one item.
         *
         * <p>The planner takes such an item when it is cheaper than paths, at clearings that
         * {@linkplain Clearing.Builder#cacheTags take cache tags}. Where several tags are written as one, the pages of the others
         * are counted as collateral, as far as the {@linkplain #tagIndex tag index} knows them. A page with more than
         * {@value io.purgewise.site.CdnTag#MAX_TAGS_OF_AN_OBJECT} tags by that index, and a tag that the caches may spell in
         * another way than the app (a comma, characters beyond ASCII), are cleared by path.
         *
         * @param cdnTags how the site writes a tag into the header, such as
         *     {@code tag -> CdnTag.hashOf(tag.value())}; default: the site sends none
         * @return this builder
         */
        public Builder cdnTags(Function<CacheTag, CdnTag> cdnTags) {
            this.cdnTags = Objects.requireNonNull(cdnTags, "cdnTags");
            return this;
        }

        /**
         * Declares that the site tags each of its pages for the CDN by {@code headers()} rules, so that a page may be cleared as
         * one item, at clearings that {@linkplain Clearing.Builder#cacheTags take cache tags}. What no tag clears is cleared by
         * path and stands in the {@linkplain Receipt.OfChange#notes() notes}.
         *
         * @param pageTags the scheme; default: the site sends no page tags
         * @return this builder
         */
        public Builder pageTags(PageTags pageTags) {
            this.pageTags = Objects.requireNonNull(pageTags, "pageTags");
            return this;
        }

        /**
         * Names the site's routes, so that the second URL of an optional catch-all's root is known.
         *
         * @param routes route patterns such as {@code /docs/[[...path]]}
         * @return this builder
         */
        public Builder routes(Collection<String> routes) {
            this.routes = List.copyOf(Objects.requireNonNull(routes, "routes"));
            return this;
        }

        /**
         * Finishes the revalidator.
         *
         * @return the revalidator
         * @throws IllegalArgumentException if the site cannot do what the {@linkplain #marks marks} ask for, or is said to send
         *     both page tags and tags of the app: a distribution reads one header, in which the rules of page tags replace what
         *     the app sends
         */
        public Revalidator build() {
            if (cdnTags != null && pageTags != null) {
                throw new IllegalArgumentException(
                        "a site sends either tags of the app (cdnTags) or page tags (pageTags):"
                                + " a distribution reads one header, in which the rules of page tags replace what the app sends");
            }
            return new Revalidator(this);
        }

        /** Lets each clearing find the stored pages' URLs where it knows none. */
        private List<Clearing> findingClearings() {
            if (cache == null) {
                return List.copyOf(clearings);
            }
            StoredUrls stored = new StoredUrls(
                    site, cache, buildIds, clearings.get(0).ambient().clock());
            return clearings.stream().map(each -> each.finding(stored)).toList();
        }

        private ChangeMarker changeMarker() {
            return new ChangeMarker(
                    site,
                    List.copyOf(clearings),
                    buildIds,
                    clearings.get(0).ambient().clock(),
                    tagCache == null ? null : TagMarker.of(tagCache, mode, site, marks),
                    endpoint,
                    cache,
                    new PageFinder(site, cache, Set.copyOf(routes)),
                    tagIndex,
                    cdnTags,
                    pageTags,
                    slowestRender,
                    renderer != null);
        }
    }

    /**
     * Says what became of changes up to their marks: nothing was sent to the CDN yet.
     *
     * @param changes what was found and marked for each change, in their order
     * @param settle how long to wait, from the moment at which this was returned, before pages are rendered anew and the CDN is
     *     cleared: until then servers may miss the marks, and would give the CDN the old pages once more
     */
    public record Marked(List<Receipt.OfChange> changes, Duration settle) {

        /**
         * Creates a report from its parts.
         *
         * @throws IllegalArgumentException if {@code settle} is negative
         */
        public Marked {
            Objects.requireNonNull(changes, "changes");
            changes = List.copyOf(changes);
            if (Objects.requireNonNull(settle, "settle").isNegative()) {
                throw new IllegalArgumentException("settle must not be negative, but was " + settle);
            }
        }

        /** {@return what was not done, over all changes; empty if all is done so far} */
        public List<Problem> problems() {
            return changes.stream()
                    .flatMap(change -> change.problems().stream())
                    .toList();
        }

        /**
         * Throws if something was not marked.
         *
         * @return this report
         * @throws IncompleteRevalidationException if there is a problem; it carries no receipt
         */
        public Marked orThrow() {
            List<Problem> problems = problems();
            if (!problems.isEmpty()) {
                throw new IncompleteRevalidationException(problems, null);
            }
            return this;
        }
    }
}
