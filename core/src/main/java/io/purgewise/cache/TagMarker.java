package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Marks a tag or a page in OpenNext's tag table so that the running site treats its entries as outdated, exactly as
 * {@code revalidateTag} and {@code revalidatePath} do, on every OpenNext since 2.3.0.
 *
 * <p><b>When marks are dated.</b> A server renders a page from stored data, and takes an entry that is stored later than its
 * mark for a new one. So data (fetches and {@code 'use cache'} entries, which may be made from each other) is marked first
 * and with one date, and pages after it with a date of their own. The date of the data is no earlier than the moment at which
 * the last row of data was written, to the second in which S3 dates entries: if writing takes longer, the rows are written
 * again with a date that lies ahead by half as long again as the last writing took. The pages' date is no earlier than that
 * either. So an entry made from old data is always older than its mark, unless its rendering began before the last row of
 * data was written <em>and</em> ended after {@link Marking#dated}. That is what a margin for the slowest render is for: add
 * it to the time that is handed in.
 *
 * <p>This class is immutable and as thread-safe as its {@link TagCache}.
 */
public final class TagMarker {

    /** The tag of the layout that all pages of the App Router share. */
    private static final String ROOT_LAYOUT = PathTags.PREFIX + "/layout";

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
     * @throws IllegalArgumentException if the site's cache build ID is {@link DeployedBuilds#HIDDEN}, under which no server
     *     looks
     */
    public static TagMarker of(TagCache cache, TagCacheMode mode, Site site, MarkPolicy policy) {
        requireNonNull(cache, "cache");
        requireNonNull(mode, "mode");
        requireNonNull(site, "site");
        requireNonNull(policy, "policy");
        DeployedBuilds.requireShown(site.cacheBuildId());
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
     * Finds the entries of a page that the table knows: in original mode those whose rows name the page's path, and the
     * entries of pages that are stored under another path and carry this one's tag, as rewritten pages do.
     *
     * @param build the cache build ID
     * @param page the page
     * @return their keys; always none in next mode, whose table knows no entries
     * @throws CacheAccessException if the table cannot be read
     * @throws IllegalArgumentException if the page's path is too long for the table
     */
    public List<CacheKey> entriesOf(BuildId build, Page page) {
        requireNonNull(build, "build");
        requireNonNull(page, "page");
        if (mode == TagCacheMode.NEXT_MODE) {
            return List.of();
        }
        Marks found = new Marks(cache, mode, policy, build);
        addEntries(build, page, pathRows(build, page), List.of(), found);
        found.dropShells();
        return found.pages();
    }

    /**
     * Lists pages that the table knows, by the tag of the root layout, which every page of the App Router carries.
     *
     * @param build the cache build ID
     * @param limit how many rows are read at the most; at least 1
     * @return their keys; always none in next mode, and on a site whose pages are all of the Pages Router
     * @throws CacheAccessException if the table cannot be read
     */
    public List<CacheKey> someEntries(BuildId build, int limit) {
        requireNonNull(build, "build");
        if (mode == TagCacheMode.NEXT_MODE) {
            return List.of();
        }
        Set<CacheKey> keys = new LinkedHashSet<>();
        for (TagRow row : lookup.someRowsOfTag(build, ROOT_LAYOUT, limit)) {
            if (StoredEntry.ofTablePath(build, row.path()) instanceof PageEntry page) {
                keys.add(page.key());
            }
        }
        return List.copyOf(keys);
    }

    /**
     * Tells whether the table knows a build, by the tag of the root layout: a build of which it knows nothing is the wrong
     * one, unless the site's pages are all of the Pages Router, of which tables have no rows.
     *
     * @param build the cache build ID
     * @return whether it has such a row; empty in next mode, whose table has rows of marks alone
     * @throws CacheAccessException if the table cannot be read
     */
    public Optional<Boolean> knows(BuildId build) {
        requireNonNull(build, "build");
        return mode == TagCacheMode.NEXT_MODE
                ? Optional.empty()
                : Optional.of(!lookup.someRowsOfTag(build, ROOT_LAYOUT, 1).isEmpty());
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
     * @param now tells the time by the clock that dates entries; asked before and after each writing
     * @return what was marked
     * @throws CacheAccessException if the table cannot be read; nothing was written
     * @throws IllegalArgumentException if the tag leaves its build or is too long for the table
     */
    public Marking mark(BuildId build, CacheTag tag, Collection<CacheKey> known, Supplier<Instant> now) {
        requireNonNull(build, "build");
        requireNonNull(tag, "tag");
        requireNonNull(known, "known");
        requireNonNull(now, "now");
        Marks marks = new Marks(cache, mode, policy, build);
        List<String> spellings = tag.spellings(site.nextVersion().orElse(null));
        if (mode == TagCacheMode.NEXT_MODE) {
            spellings.forEach(marks::addNextMode);
            longestPiece(tag).forEach(marks::addNextMode);
            known.forEach(marks::addPageOnly);
        } else {
            spellings.forEach(spelling -> marks.addAll(lookup.rowsOfTag(build, spelling)));
            if (tag.pieces().size() > 1 || !tag.pieces().contains(tag)) {
                lookup.rowsWithAll(build, tag.pieces()).forEach(marks::addAll);
            }
            known.forEach(key -> marks.addKnown(key, spellings.get(0)));
        }
        return marks.write(now);
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
     * @param now tells the time by the clock that dates entries; asked before and after each writing
     * @return what was marked
     * @throws CacheAccessException if the table cannot be read; nothing was written
     * @throws IllegalArgumentException if the page's path is too long for the table
     */
    public Marking mark(BuildId build, Page page, Collection<CacheKey> known, Supplier<Instant> now) {
        requireNonNull(build, "build");
        requireNonNull(page, "page");
        requireNonNull(known, "known");
        requireNonNull(now, "now");
        return mark(build, page, known, List.of(), now);
    }

    /**
     * Marks a page that is stored with path tags of its own.
     *
     * @param build the cache build ID
     * @param page the page
     * @param known the keys under which the page is stored
     * @param pathTags the tags by which its stored entries name their path, as stored: where requests are rewritten, they
     *     name the path that visitors ask for, while the entry is stored under another
     * @param now tells the time by the clock that dates entries; asked before and after each writing
     * @return what was marked
     * @throws CacheAccessException if the table cannot be read; nothing was written
     * @throws IllegalArgumentException if the page's path is too long for the table
     */
    public Marking mark(
            BuildId build, Page page, Collection<CacheKey> known, Collection<String> pathTags, Supplier<Instant> now) {
        requireNonNull(build, "build");
        requireNonNull(page, "page");
        requireNonNull(known, "known");
        requireNonNull(pathTags, "pathTags");
        requireNonNull(now, "now");
        Marks marks = new Marks(cache, mode, policy, build);
        List<String> tags = PathTags.spellings(page, site.nextVersion().orElse(null));
        if (mode == TagCacheMode.NEXT_MODE) {
            tags.forEach(marks::addNextMode);
            pathTags.forEach(marks::addNextMode);
            PathTags.firstPieces(page).forEach(marks::addNextMode);
            known.forEach(marks::addPageOnly);
            return marks.write(now);
        }
        Map<String, String> paths = pathRows(build, page);
        addEntries(build, page, paths, pathTags, marks);
        reach(build, marks);
        String own = tags.get(0);
        known.forEach(key -> marks.addKnown(key, own));
        paths.forEach(marks::addPath);
        return marks.write(now);
    }

    /** Adds the rows of a page's path tags. */
    private void addEntries(
            BuildId build, Page page, Map<String, String> paths, Collection<String> pathTags, Marks marks) {
        Set<String> tags =
                new LinkedHashSet<>(PathTags.spellings(page, site.nextVersion().orElse(null)));
        tags.addAll(pathTags);
        List<TagRow> found = lookup.rowsOfTags(build, tags);
        Set<String> registered = registered(build, page, found, paths.keySet());
        for (TagRow row : found) {
            if (paths.containsKey(row.path()) && !registered.contains(row.path())) {
                marks.addLeftBehind(row);
            } else {
                marks.add(row);
            }
        }
        for (String piece : PathTags.firstPieces(page)) {
            lookup.rowsOfTag(build, piece).stream()
                    .filter(row -> isPage(build, row, page))
                    .forEach(marks::add);
        }
    }

    /**
     * Lists the rows by which servers look up a page's untagged data, by their path, with the tag of each. Earlier marks of
     * the page have left them behind: they stand for no page of their own.
     */
    private Map<String, String> pathRows(BuildId build, Page page) {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String path : PathTags.pathSpellings(page, site.nextVersion().orElse(null))) {
            // For the root OpenNext looks up the bare build ID.
            rows.put(TableKey.ofPath(build, path.substring(1)), PathTags.PREFIX + path);
            if (site.trailingSlash() && !path.equals("/")) {
                rows.put(TableKey.ofPath(build, path.substring(1) + "/"), PathTags.PREFIX + path + "/");
            }
        }
        return rows;
    }

    /**
     * Marks all pages of a route, as {@code revalidatePath(pattern, "page")} and {@code revalidatePath(pattern, "layout")} do.
     *
     * @param build the cache build ID
     * @param pattern the app entry without its leaf, such as {@code /blog/[slug]}, or {@code /} for the root layout
     * @param scope the pages of the route itself, or all below its layout
     * @param known pages that are known to belong to the route, from {@link TagIndex#pagesOf(String, PathTags.Scope)} for
     *     example; they are marked even if they never got a row
     * @param now tells the time by the clock that dates entries; asked before and after each writing
     * @return what was marked; in next mode its pages are those given
     * @throws CacheAccessException if the table cannot be read; nothing was written
     * @throws IllegalArgumentException if the pattern is over 1,024 characters or leaves its build
     */
    public Marking mark(
            BuildId build, String pattern, PathTags.Scope scope, Collection<CacheKey> known, Supplier<Instant> now) {
        requireNonNull(build, "build");
        requireNonNull(pattern, "pattern");
        requireNonNull(scope, "scope");
        requireNonNull(known, "known");
        requireNonNull(now, "now");
        List<String> tags = PathTags.revalidatePath(pattern, scope);
        if (tags.isEmpty()) {
            throw new IllegalArgumentException("Next.js ignores paths over " + PathTags.MAX_PATH_LENGTH
                    + " characters, but this one has " + pattern.length());
        }
        Marks marks = new Marks(cache, mode, policy, build);
        if (mode == TagCacheMode.NEXT_MODE) {
            tags.forEach(marks::addNextMode);
            known.forEach(marks::addPageOnly);
        } else {
            tags.forEach(tag -> marks.addAll(lookup.rowsOfTag(build, tag)));
            known.forEach(key -> marks.addKnown(key, tags.get(0)));
            reach(build, marks);
        }
        return marks.write(now);
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
            StoredEntry entry = StoredEntry.ofTablePath(build, row.path());
            boolean own = entry.isData() || (entry instanceof PageEntry page && named.contains(page.key()));
            if (own || policy.reach() == MarkPolicy.Reach.LIKE_OPENNEXT) {
                marks.addShared(row);
            }
        }
    }

    /** Tells which rows of a page's path were registered for the page: they have others beside them, for its layouts. */
    private Set<String> registered(BuildId build, Page page, Collection<TagRow> found, Collection<String> paths) {
        Set<String> own = new LinkedHashSet<>();
        found.stream()
                .filter(row -> paths.contains(row.path()) && isPage(build, row, page))
                .forEach(row -> own.add(row.path()));
        Set<String> ownTags = new LinkedHashSet<>();
        PathTags.spellings(page, null).forEach(tag -> ownTags.add(mode.tagKey(build, tag)));
        Map<String, List<TagRow>> rows = own.isEmpty() ? Map.of() : cache.rowsOfPaths(own);
        own.removeIf(path -> rows.getOrDefault(path, List.of()).stream().allMatch(row -> ownTags.contains(row.tag())));
        return own;
    }

    private List<String> longestPiece(CacheTag tag) {
        return tag.pieces().stream()
                .reduce((a, b) -> b.value().length() > a.value().length() ? b : a)
                .map(piece -> piece.spellings(site.nextVersion().orElse(null)))
                .orElse(List.of());
    }

    private boolean isPage(BuildId build, TagRow row, Page page) {
        return StoredEntry.ofTablePath(build, row.path()) instanceof PageEntry entry
                && entry.key().page(site, Router.APP_PAGE).map(Page::path).equals(Optional.of(page.path()));
    }
}
