package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.site.BuildId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Knows which stored pages of a build carry which tags, from the header {@code x-next-cache-tags} that each keeps in S3.
 *
 * <p>In next mode OpenNext's table does not hold which pages carry a tag. In original mode it does, but without the
 * pages and route handlers that never got a row: all that were rendered on demand before OpenNext 4.1.1, and still all
 * such route handlers. A build is read step by step, bounded and resumable: each step lists one slice and reads the
 * entries that are new or whose ETag has changed since they were last read, so that a refresh of an unchanged build
 * costs its listing alone.
 *
 * <p>Instances are immutable and thread-safe; a step answers a new index, and {@link #state} can be kept anywhere
 * between steps. Pages of the Pages Router carry no tags.
 */
public final class TagIndex {

    private final BuildId build;
    private final Map<CacheKey, State> pages;
    private final Map<String, Set<CacheKey>> byTag;
    private final Set<CacheKey> seen;
    private final @Nullable String next;
    private final boolean complete;
    private final Set<String> corrupt;

    /**
     * Holds what the index remembers of a page.
     *
     * @param eTag the entry's ETag when it was read
     * @param tags its tags, as stored
     */
    public record State(String eTag, List<String> tags) {

        public State {
            requireNonNull(eTag, "eTag");
            requireNonNull(tags, "tags");
            tags = List.copyOf(tags);
        }
    }

    /**
     * Says what a step did.
     *
     * @param index the index after the step
     * @param listed how many entries the step listed
     * @param read how many of them it had to read
     * @param corrupt the names of objects that are no entries; the step went on without them
     */
    public record Step(TagIndex index, int listed, int read, List<String> corrupt) {

        public Step {
            requireNonNull(index, "index");
            requireNonNull(corrupt, "corrupt");
            corrupt = List.copyOf(corrupt);
        }
    }

    private TagIndex(
            BuildId build,
            Map<CacheKey, State> pages,
            Set<CacheKey> seen,
            @Nullable String next,
            boolean complete,
            Set<String> corrupt) {
        this.build = build;
        this.pages = Map.copyOf(pages);
        this.seen = Set.copyOf(seen);
        this.next = next;
        this.complete = complete;
        this.corrupt = corrupt;
        Map<String, Set<CacheKey>> tagged = new HashMap<>();
        this.pages.forEach((key, state) -> {
            // A shell is remembered, so that it is not read again, and never answered: its rows are in the table.
            if (!Shells.byTags(key, state.tags())) {
                state.tags()
                        .forEach(tag -> tagged.computeIfAbsent(tag.strip(), any -> new HashSet<>())
                                .add(key));
            }
        });
        this.byTag = tagged;
    }

    /**
     * Creates an index that knows nothing yet.
     *
     * @param build the cache build ID
     * @return the index
     */
    public static TagIndex empty(BuildId build) {
        requireNonNull(build, "build");
        return new TagIndex(build, Map.of(), Set.of(), null, false, Set.of());
    }

    /**
     * Creates an index from what an earlier one remembered; its first round of steps reads what has changed since.
     *
     * @param build the cache build ID
     * @param state what {@link #state} answered
     * @return the index
     */
    public static TagIndex of(BuildId build, Map<CacheKey, State> state) {
        requireNonNull(build, "build");
        requireNonNull(state, "state");
        return new TagIndex(build, state, Set.of(), null, false, Set.of());
    }

    /**
     * Takes the next step of reading the build, or the first step of a refresh once a round is complete.
     *
     * @param cache where the build is stored
     * @return the index after the step, and what the step did
     * @throws CacheAccessException if the store cannot be read; this index stays as it was, and the step can be repeated
     */
    public Step step(IncrementalCache cache) {
        requireNonNull(cache, "cache");
        IncrementalCache.Slice slice = cache.list(build, complete ? null : next);
        Map<CacheKey, State> known = new LinkedHashMap<>(pages);
        Set<CacheKey> found = complete ? new HashSet<>() : new HashSet<>(seen);
        List<CacheKey> changed = new ArrayList<>();
        boolean fetches = false;
        for (ListedEntry listed : slice.entries()) {
            fetches |= listed.entry() instanceof StoredEntry.FetchEntry;
            if (!(listed.entry() instanceof PageEntry page)) {
                continue;
            }
            found.add(page.key());
            State old = known.get(page.key());
            if (old == null || !old.eTag().equals(listed.eTag())) {
                changed.add(page.key());
            }
        }
        known.keySet().removeAll(changed);
        IncrementalCache.Entries entries = cache.readAll(build, changed);
        entries.found().forEach((key, entry) -> known.put(key, new State(entry.eTag(), entry.tags())));
        List<String> odd =
                entries.corrupt().stream().map(CorruptEntryException::name).toList();
        Set<String> corruptSoFar = complete ? new LinkedHashSet<>() : new LinkedHashSet<>(corrupt);
        corruptSoFar.addAll(odd);
        // Pages are listed first, so the round is over with the first fetch.
        boolean over = slice.next() == null || fetches;
        if (over) {
            known.keySet().retainAll(found);
        }
        TagIndex index =
                new TagIndex(build, known, over ? Set.of() : found, over ? null : slice.next(), over, corruptSoFar);
        return new Step(index, slice.entries().size(), changed.size(), odd);
    }

    /**
     * Takes steps until every page of the build is known, as it stood when it was listed.
     *
     * @param cache where the build is stored
     * @param maxSteps how many steps to take at most; a step lists up to 1,000 entries
     * @param progress is told of each step
     * @return the index; not {@link #complete} if the steps did not suffice
     * @throws CacheAccessException if the store cannot be read
     */
    public TagIndex refreshed(IncrementalCache cache, int maxSteps, Consumer<? super Step> progress) {
        requireNonNull(cache, "cache");
        requireNonNull(progress, "progress");
        TagIndex index = this;
        for (int i = 0; i < maxSteps; i++) {
            Step step = index.step(cache);
            progress.accept(step);
            index = step.index();
            if (index.complete) {
                break;
            }
        }
        return index;
    }

    /**
     * Finds the pages that carry a tag.
     *
     * @param tag the tag; one with a comma falls apart on pages, and those that carry all its pieces are found
     * @return their keys; not all of them unless the index is {@link #complete}
     */
    public List<CacheKey> pagesOf(CacheTag tag) {
        requireNonNull(tag, "tag");
        Set<CacheKey> common = null;
        for (CacheTag piece : tag.pieces()) {
            Set<CacheKey> carriers = new LinkedHashSet<>();
            piece.spellings(null).forEach(spelling -> carriers.addAll(byTag.getOrDefault(spelling.strip(), Set.of())));
            if (common == null) {
                common = carriers;
            } else {
                common.retainAll(carriers);
            }
        }
        return common == null ? List.of() : sorted(common);
    }

    private static List<CacheKey> sorted(Set<CacheKey> keys) {
        return keys.stream().sorted(Comparator.comparing(CacheKey::value)).toList();
    }

    /**
     * Lists the tags that pages carry.
     *
     * @return each tag once, as stored, those that Next.js derives from paths included; not all of them unless the index is
     *     {@link #complete}
     */
    public Set<String> tags() {
        return Collections.unmodifiableSet(byTag.keySet());
    }

    /**
     * Finds the pages of a route, by the tags that Next.js derives from its entry.
     *
     * @param pattern the app entry without its leaf, such as {@code /blog/[slug]}
     * @param scope the pages of the route itself, or all below its layout
     * @return their keys; not all of them unless the index is {@link #complete}
     */
    public List<CacheKey> pagesOf(String pattern, PathTags.Scope scope) {
        requireNonNull(pattern, "pattern");
        requireNonNull(scope, "scope");
        Set<CacheKey> carriers = new LinkedHashSet<>();
        PathTags.revalidatePath(pattern, scope).forEach(tag -> carriers.addAll(byTag.getOrDefault(tag, Set.of())));
        return sorted(carriers);
    }

    /**
     * Returns the tags of a page.
     *
     * @param page its key
     * @return its tags, as stored; none for a page that is not known
     */
    public List<String> tagsOf(CacheKey page) {
        State state = pages.get(requireNonNull(page, "page"));
        return state == null ? List.of() : state.tags();
    }

    /** {@return the cache build ID of the build that is indexed} */
    public BuildId build() {
        return build;
    }

    /** {@return whether a round of steps has come to its end, so that every page of the build is known} */
    public boolean complete() {
        return complete;
    }

    /**
     * {@return the names of the objects that stand where OpenNext keeps pages and are none, as far as the steps of this
     * round have found them: which tags they would carry is not known}
     */
    public Set<String> corrupt() {
        return Collections.unmodifiableSet(corrupt);
    }

    /** {@return the known pages with their ETags and tags, to be kept and given to {@link #of} later} */
    public Map<CacheKey, State> state() {
        return pages;
    }
}
