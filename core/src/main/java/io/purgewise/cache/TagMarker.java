package io.purgewise.cache;

import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Site;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Marks a tag or a page in OpenNext's tag table so that the running site treats its entries as outdated, exactly as
 * {@code revalidateTag} and {@code revalidatePath} do, on every OpenNext since 2.3.0.
 *
 * <p>This class is immutable and as thread-safe as its {@link TagCache}.
 */
public final class TagMarker {

    private final TagCache cache;
    private final TagCacheMode mode;
    private final Site site;
    private final MarkPolicy policy;
    private final RowLookup lookup;

    private TagMarker(TagCache cache, TagCacheMode mode, Site site, MarkPolicy policy) {
        this.cache = cache;
        this.mode = mode;
        this.site = site;
        this.policy = policy;
        this.lookup = new RowLookup(cache, mode, site);
    }

    /**
     * Creates a marker.
     *
     * @param cache the tag table
     * @param mode how the site uses it; the wrong mode makes marks without effect
     * @param site the site
     * @param policy what a mark means and how far it reaches
     * @return the marker
     */
    public static TagMarker of(TagCache cache, TagCacheMode mode, Site site, MarkPolicy policy) {
        return new TagMarker(cache, mode, site, policy);
    }

    /**
     * Makes a dry run of this marker: it reads as this one does, and writes nothing.
     *
     * @return a marker whose reports say {@link WriteReport.Outcome#PLANNED}
     */
    public TagMarker withoutWriting() {
        return new TagMarker(new UnwrittenTagCache(cache), mode, site, policy);
    }

    /**
     * Returns how the site uses its tag table.
     *
     * @return the mode
     */
    public TagCacheMode mode() {
        return mode;
    }

    /**
     * Tells the time by the table's clock, see {@link TagCache#time()}.
     *
     * @return the time; empty if the table does not tell
     * @throws CacheAccessException if the table cannot be reached
     */
    public Optional<Instant> time() {
        return cache.time();
    }

    /**
     * Marks a tag: every page and every fetch that carries it.
     *
     * <p>In original mode these are the entries that have a row, and those given. In next mode the tag itself is marked and
     * reaches all of them; the pages in the answer are those given.
     *
     * <p>A tag with a comma falls apart on pages. There the pages that carry all its pieces are marked; in next mode the
     * longest piece is marked too, which reaches every page that carries it.
     *
     * @param build the cache build ID
     * @param tag the tag
     * @param known pages that are known to carry the tag, from a {@code TagIndex} for example; they are marked even if they
     *     never got a row
     * @param now the time of the mark
     * @return what was marked
     * @throws CacheAccessException if the table cannot be read; nothing was written
     * @throws IllegalArgumentException if the tag leaves its build or is too long for the table
     */
    public Marking mark(BuildId build, CacheTag tag, Collection<CacheKey> known, Instant now) {
        Marks marks = new Marks(cache, mode, policy, build, now);
        List<String> spellings = tag.spellings(site.nextVersion().orElse(null));
        if (mode == TagCacheMode.NEXT_MODE) {
            spellings.forEach(marks::addNextMode);
            longestPiece(tag).forEach(marks::addNextMode);
            known.forEach(marks::touch);
        } else {
            spellings.forEach(spelling -> marks.addAll(lookup.rowsOfTag(build, spelling)));
            if (tag.pieces().size() > 1 || !tag.pieces().contains(tag)) {
                lookup.rowsWithAll(build, tag.pieces()).forEach(marks::addAll);
            }
            known.forEach(key -> marks.addBlind(key.value(), spellings.get(0)));
        }
        return marks.write();
    }

    /**
     * Marks a page.
     *
     * <p>In original mode its own rows are marked under every spelling that its tag may have been stored with, and a row is
     * written for each spelling of its path and each given key, so that pages without rows and fetches without tags are
     * reached as well. How far the mark reaches beyond is up to {@link MarkPolicy#reach}. Pages of the Pages Router carry no
     * tags; OpenNext reads the rows of their keys all the same.
     *
     * @param build the cache build ID
     * @param page the page
     * @param known the keys under which the page is stored, from {@link IncrementalCache#find}; none if not known
     * @param now the time of the mark
     * @return what was marked
     * @throws CacheAccessException if the table cannot be read; nothing was written
     * @throws IllegalArgumentException if the page's path is too long for the table
     */
    public Marking mark(BuildId build, Page page, Collection<CacheKey> known, Instant now) {
        Marks marks = new Marks(cache, mode, policy, build, now);
        List<String> tags = PathTags.spellings(page, site.nextVersion().orElse(null));
        if (mode == TagCacheMode.NEXT_MODE) {
            tags.forEach(marks::addNextMode);
            PathTags.firstPieces(page).forEach(marks::addNextMode);
            known.forEach(marks::touch);
            return marks.write();
        }
        for (String tag : tags) {
            marks.addAll(lookup.rowsOfTag(build, tag));
        }
        for (String piece : PathTags.firstPieces(page)) {
            lookup.rowsOfTag(build, piece).stream()
                    .filter(row -> isPage(build, row, page))
                    .forEach(marks::add);
        }
        reach(build, marks);
        String own = tags.get(0);
        known.forEach(key -> marks.addBlind(key.value(), own));
        for (String path : PathTags.pathSpellings(page, site.nextVersion().orElse(null))) {
            marks.addUnseen(path.substring(1), PathTags.PREFIX + path);
            if (site.trailingSlash() && !path.equals("/")) {
                marks.addUnseen(path.substring(1) + "/", PathTags.PREFIX + path + "/");
            }
        }
        return marks.write();
    }

    /**
     * Marks all pages of a route, as {@code revalidatePath(pattern, "page")} and {@code revalidatePath(pattern, "layout")} do.
     *
     * @param build the cache build ID
     * @param pattern the app entry without its leaf, such as {@code /blog/[slug]}, or {@code /} for the root layout
     * @param scope the pages of the route itself, or all below its layout
     * @param known pages that are known to belong to the route, from {@link TagIndex#pagesOf(String, PathTags.Scope)} for
     *     example; they are marked even if they never got a row
     * @param now the time of the mark
     * @return what was marked; in next mode its pages are those given
     * @throws CacheAccessException if the table cannot be read; nothing was written
     * @throws IllegalArgumentException if the pattern is over 1,024 characters or leaves its build
     */
    public Marking mark(BuildId build, String pattern, PathTags.Scope scope, Collection<CacheKey> known, Instant now) {
        List<String> tags = PathTags.revalidatePath(pattern, scope);
        if (tags.isEmpty()) {
            throw new IllegalArgumentException("Next.js ignores paths over " + PathTags.MAX_PATH_LENGTH
                    + " characters, but this one has " + pattern.length());
        }
        Marks marks = new Marks(cache, mode, policy, build, now);
        if (mode == TagCacheMode.NEXT_MODE) {
            tags.forEach(marks::addNextMode);
            known.forEach(marks::touch);
        } else {
            tags.forEach(tag -> marks.addAll(lookup.rowsOfTag(build, tag)));
            known.forEach(key -> marks.addBlind(key.value(), tags.get(0)));
            reach(build, marks);
        }
        return marks.write();
    }

    /** Adds the rows of the tags that the marked pages carry, as far as the policy wants them. */
    private void reach(BuildId build, Marks marks) {
        Set<CacheKey> named = new LinkedHashSet<>(marks.pages());
        List<String> paths =
                named.stream().map(key -> TableKey.ofPath(build, key.value())).toList();
        Set<String> hardTags = new LinkedHashSet<>();
        for (List<TagRow> rows : cache.rowsOfPaths(paths).values()) {
            for (TagRow row : rows) {
                String tag = row.tag()
                        .substring(Math.min(row.tag().length(), build.value().length() + 1));
                if (row.tag().startsWith(build + "/") && !tag.startsWith(PathTags.PREFIX)) {
                    hardTags.add(tag);
                }
            }
        }
        for (TagRow row : lookup.rowsOfTags(build, hardTags)) {
            boolean otherPage = StoredEntry.ofTablePath(build, row.path()) instanceof PageEntry other
                    && !named.contains(other.key());
            if (!otherPage || policy.reach() == MarkPolicy.Reach.LIKE_OPENNEXT) {
                marks.addReached(row);
            }
        }
    }

    private List<String> longestPiece(CacheTag tag) {
        return tag.pieces().stream()
                .reduce((a, b) -> b.value().length() > a.value().length() ? b : a)
                .map(piece -> piece.spellings(site.nextVersion().orElse(null)))
                .orElse(List.of());
    }

    private static boolean isPage(BuildId build, TagRow row, Page page) {
        return StoredEntry.ofTablePath(build, row.path()) instanceof PageEntry entry
                && entry.key().pathname().equals(page.path());
    }
}
