package io.purgewise.revalidate;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.Site;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Marks tags, pages and routes in OpenNext's tag table so that the running site treats their entries as outdated, exactly as
 * {@code revalidateTag} and {@code revalidatePath} do, on every OpenNext since 2.3.0. {@link Marks} dates what is written.
 *
 * <p>All build IDs are cache build IDs. {@code known} are the keys of pages that are known to be concerned, from a
 * {@code TagIndex} or from what is stored; they are marked even if they never got a row. {@code now} tells the time by the
 * clock that dates entries. Every method throws {@link io.purgewise.cache.CacheAccessException} if the table cannot be read,
 * in which case nothing was written, and {@link IllegalArgumentException} if a name is too long for the table or leaves its
 * build. Instances are immutable and as thread-safe as their {@link TagCache}.
 */
abstract class TagMarker {

    final TagCache cache;
    final Site site;
    final MarkPolicy policy;
    final @Nullable NextVersion version;

    TagMarker(TagCache cache, Site site, MarkPolicy policy) {
        this.cache = cache;
        this.site = site;
        this.policy = policy;
        this.version = site.nextVersion().orElse(null);
    }

    /** Creates a marker; marks of the wrong mode have no effect. */
    static TagMarker of(TagCache cache, TagCacheMode mode, Site site, MarkPolicy policy) {
        MarkPolicy possible = policy.on(site, mode);
        return mode == TagCacheMode.NEXT_MODE
                ? new NextModeMarker(cache, site, possible)
                : new OriginalMarker(cache, mode, site, possible);
    }

    /** Makes a marker that reads as this one does and writes nothing. */
    TagMarker withoutWriting() {
        return of(new DryRunTagCache(cache), mode(), site, policy);
    }

    /** Tells the time by the table's clock, if the table tells it. */
    Optional<Instant> time() {
        return cache.time();
    }

    abstract TagCacheMode mode();

    /** Finds the entries of a page that the table knows, also those that are stored under another path, as rewritten pages are. */
    abstract List<CacheKey> entriesOf(BuildId build, Page page);

    /** Lists pages that the table knows, from some {@code limit} rows. */
    abstract List<CacheKey> someEntries(BuildId build, int limit);

    /** Tells whether the table knows a build; empty where it holds marks alone. */
    abstract Optional<Boolean> knows(BuildId build);

    /** Marks every page and every entry of data that carries a tag. */
    abstract Marking mark(BuildId build, CacheTag tag, Collection<CacheKey> known, Supplier<Instant> now);

    /**
     * Marks a page and the data that it is rendered from.
     *
     * @param pathTags the tags by which its stored entries name their path, as stored: where requests are rewritten, they name
     *     the path that visitors ask for, while the entry is stored under another
     */
    abstract Marking mark(
            BuildId build, Page page, Collection<CacheKey> known, Collection<String> pathTags, Supplier<Instant> now);

    Marking mark(BuildId build, Page page, Collection<CacheKey> known, Supplier<Instant> now) {
        return mark(build, page, known, List.of(), now);
    }

    /**
     * Marks all pages of a route, as {@code revalidatePath(pattern, "page")} and {@code revalidatePath(pattern, "layout")} do.
     *
     * @param pattern the app entry without its leaf, such as {@code /blog/[slug]}, or {@code /} for the root layout
     * @param scope the pages of the route itself, or all below its layout
     */
    Marking mark(
            BuildId build, String pattern, PathTags.Scope scope, Collection<CacheKey> known, Supplier<Instant> now) {
        List<String> tags = PathTags.revalidatePath(pattern, scope);
        if (tags.isEmpty()) {
            throw new IllegalArgumentException("Next.js ignores paths over " + PathTags.MAX_PATH_LENGTH
                    + " characters, but this one has " + pattern.length());
        }
        return markRoute(build, tags, known, now);
    }

    /** Marks what carries one of the tags of a route. */
    abstract Marking markRoute(BuildId build, List<String> tags, Collection<CacheKey> known, Supplier<Instant> now);
}
