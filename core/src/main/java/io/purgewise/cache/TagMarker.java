package io.purgewise.cache;

import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Site;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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

    private TagMarker(TagCache cache, TagCacheMode mode, Site site, MarkPolicy policy) {
        this.cache = cache;
        this.mode = mode;
        this.site = site;
        this.policy = policy;
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
        Marks marks = new Marks(build, now);
        List<String> spellings = tag.spellings(site.nextVersion().orElse(null));
        if (mode == TagCacheMode.NEXT_MODE) {
            spellings.forEach(marks::addNextMode);
            longestPiece(tag).forEach(marks::addNextMode);
            known.forEach(marks::touch);
        } else {
            spellings.forEach(spelling -> marks.addAll(rowsOfTag(build, spelling)));
            if (tag.pieces().size() > 1 || !tag.pieces().contains(tag)) {
                rowsWithAll(build, tag.pieces()).forEach(marks::addAll);
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
        Marks marks = new Marks(build, now);
        List<String> tags = PathTags.spellings(page, site.nextVersion().orElse(null));
        if (mode == TagCacheMode.NEXT_MODE) {
            tags.forEach(marks::addNextMode);
            PathTags.firstPieces(page).forEach(marks::addNextMode);
            known.forEach(marks::touch);
            return marks.write();
        }
        for (String tag : tags) {
            marks.addAll(rowsOfTag(build, tag));
        }
        for (String piece : PathTags.firstPieces(page)) {
            rowsOfTag(build, piece).stream()
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
     * @param now the time of the mark
     * @return what was marked; in next mode without its pages
     * @throws CacheAccessException if the table cannot be read; nothing was written
     * @throws IllegalArgumentException if the pattern is over 1,024 characters or leaves its build
     */
    public Marking mark(BuildId build, String pattern, PathTags.Scope scope, Instant now) {
        List<String> tags = PathTags.revalidatePath(pattern, scope);
        if (tags.isEmpty()) {
            throw new IllegalArgumentException("Next.js ignores paths over " + PathTags.MAX_PATH_LENGTH
                    + " characters, but this one has " + pattern.length());
        }
        Marks marks = new Marks(build, now);
        if (mode == TagCacheMode.NEXT_MODE) {
            tags.forEach(marks::addNextMode);
        } else {
            tags.forEach(tag -> marks.addAll(rowsOfTag(build, tag)));
            reach(build, marks);
        }
        return marks.write();
    }

    /** Adds the rows of the tags that the marked pages carry, as far as the policy wants them. */
    private void reach(BuildId build, Marks marks) {
        Set<String> hardTags = new LinkedHashSet<>();
        for (CacheKey key : List.copyOf(marks.pages)) {
            for (TagRow row : cache.rowsOfPath(TableKey.ofPath(build, key.value()))) {
                String tag = row.tag()
                        .substring(Math.min(row.tag().length(), build.value().length() + 1));
                if (row.tag().startsWith(build + "/") && !tag.startsWith(PathTags.PREFIX)) {
                    hardTags.add(tag);
                }
            }
        }
        for (String tag : hardTags) {
            for (TagRow row : rowsOfTag(build, tag)) {
                boolean otherPage = StoredEntry.ofTablePath(build, row.path()) instanceof PageEntry other
                        && !marks.pages.contains(other.key());
                if (!otherPage || policy.reach() == MarkPolicy.Reach.LIKE_OPENNEXT) {
                    marks.addReached(row);
                }
            }
        }
    }

    /**
     * Reads the rows of a tag. Builds seed the table under the Next build ID even if servers read it under a deployment ID
     * (OpenNext 3.10.2 and newer); such rows are found as well and answered with the keys that servers read.
     */
    private List<TagRow> rowsOfTag(BuildId build, String tag) {
        List<TagRow> rows = new ArrayList<>(cache.rowsOfTag(mode.tagKey(build, tag)));
        if (build.equals(site.cacheBuildId()) && !site.nextBuildId().equals(build)) {
            String seeded = site.nextBuildId() + "/";
            for (TagRow row : cache.rowsOfTag(mode.tagKey(site.nextBuildId(), tag))) {
                if (row.path().startsWith(seeded)) {
                    String path = TableKey.ofPath(build, row.path().substring(seeded.length()));
                    rows.add(TagRow.registered(mode.tagKey(build, tag), path));
                }
            }
        }
        return rows;
    }

    private List<List<TagRow>> rowsWithAll(BuildId build, List<CacheTag> pieces) {
        List<Map<String, TagRow>> byPiece = new ArrayList<>();
        for (CacheTag piece : pieces) {
            Map<String, TagRow> rows = new LinkedHashMap<>();
            for (String spelling : piece.spellings(site.nextVersion().orElse(null))) {
                for (TagRow row : rowsOfTag(build, spelling)) {
                    if (StoredEntry.ofTablePath(build, row.path()) instanceof PageEntry) {
                        rows.put(row.path(), row);
                    }
                }
            }
            byPiece.add(rows);
        }
        List<List<TagRow>> common = new ArrayList<>();
        for (Map<String, TagRow> rows : byPiece) {
            byPiece.forEach(others -> rows.keySet().retainAll(others.keySet()));
            common.add(List.copyOf(rows.values()));
        }
        return common;
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

    /** Collects the rows of one change. */
    private final class Marks {

        private final BuildId build;
        private final Instant now;
        private final Map<String, TagRow> rows = new LinkedHashMap<>();
        private final Set<CacheKey> pages = new LinkedHashSet<>();
        private final Set<CacheKey> reached = new LinkedHashSet<>();
        private int fetches;

        Marks(BuildId build, Instant now) {
            this.build = build;
            this.now = now;
        }

        void addAll(Collection<TagRow> found) {
            found.forEach(this::add);
        }

        void add(TagRow row) {
            put(row.tag(), row.path(), pages);
        }

        void addReached(TagRow row) {
            put(row.tag(), row.path(), reached);
        }

        void addBlind(String key, String tag) {
            put(mode.tagKey(build, tag), TableKey.ofPath(build, key), pages);
        }

        /** Adds a row that stands for no stored page: servers look it up by its path. */
        void addUnseen(String path, String tag) {
            put(mode.tagKey(build, tag), TableKey.ofPath(build, path), new LinkedHashSet<>());
        }

        void addNextMode(String tag) {
            String key = mode.tagKey(build, tag);
            put(key, key, pages);
        }

        void touch(CacheKey key) {
            pages.add(key);
        }

        private void put(String tag, String path, Set<CacheKey> into) {
            if (rows.putIfAbsent(tag + "\n" + path, policy.row(tag, path, now)) != null) {
                return;
            }
            StoredEntry entry = StoredEntry.ofTablePath(build, path);
            if (entry instanceof PageEntry page) {
                into.add(page.key());
            } else if (entry instanceof StoredEntry.FetchEntry) {
                fetches++;
            }
        }

        Marking write() {
            reached.removeAll(pages);
            return new Marking(
                    cache.write(rows.values()), List.copyOf(pages), List.copyOf(reached), fetches, policy.notes());
        }
    }
}
