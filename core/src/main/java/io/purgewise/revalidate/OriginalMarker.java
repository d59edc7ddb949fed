package io.purgewise.revalidate;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.StoredEntry;
import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.cache.TableKey;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
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
 * Marks in a table of original mode, which has a row for each tag of each entry: a mark is written on every row that a tag
 * leads to, and on rows of its own for pages that never got one.
 */
final class OriginalMarker extends TagMarker {

    /** The tag of the layout that all pages of the App Router share. */
    private static final String ROOT_LAYOUT = PathTags.PREFIX + "/layout";

    private final TagCacheMode mode;
    private final RowLookup lookup;

    OriginalMarker(TagCache cache, TagCacheMode mode, Site site, MarkPolicy policy) {
        super(cache, site, policy);
        this.mode = mode;
        this.lookup = new RowLookup(cache, site);
    }

    @Override
    TagCacheMode mode() {
        return mode;
    }

    @Override
    List<CacheKey> entriesOf(BuildId build, Page page) {
        Marks found = new Marks(cache, policy, build);
        addEntries(build, page, pathRows(build, page), List.of(), found);
        found.dropShells();
        return found.pages();
    }

    /** {@inheritDoc} They are found by the tag of the root layout, which every page of the App Router carries. */
    @Override
    List<CacheKey> someEntries(BuildId build, int limit) {
        Set<CacheKey> keys = new LinkedHashSet<>();
        for (TagRow row : lookup.someRowsOfTag(build, ROOT_LAYOUT, limit)) {
            if (StoredEntry.ofTablePath(build, row.path()) instanceof PageEntry page) {
                keys.add(page.key());
            }
        }
        return List.copyOf(keys);
    }

    /**
     * {@inheritDoc} It has rows of the root layout's tag for every build, unless all pages of the site are of the Pages
     * Router.
     */
    @Override
    Optional<Boolean> knows(BuildId build) {
        return Optional.of(!lookup.someRowsOfTag(build, ROOT_LAYOUT, 1).isEmpty());
    }

    /** {@inheritDoc} A tag with a comma falls apart on pages, so the pages that carry all its pieces are marked too. */
    @Override
    Marking mark(BuildId build, CacheTag tag, Collection<CacheKey> known, Supplier<Instant> now) {
        Marks marks = new Marks(cache, policy, build);
        List<String> spellings = tag.spellings(version);
        marks.addAll(lookup.rowsOfTags(build, spellings));
        if (!tag.pieces().equals(List.of(tag))) {
            lookup.rowsWithAll(build, tag.pieces()).forEach(marks::addAll);
        }
        addKnown(build, known, spellings.get(0), marks);
        return write(marks, now);
    }

    /**
     * {@inheritDoc} Its own rows are marked under every spelling that its tag may have been stored with, and a row is written
     * for each spelling of its path and each known key, so that pages without rows and fetches without tags are reached as
     * well. How far the mark reaches beyond is up to {@link MarkPolicy.Reach}. Pages of the Pages Router carry no tags;
     * OpenNext reads the rows of their keys all the same.
     */
    @Override
    Marking mark(
            BuildId build, Page page, Collection<CacheKey> known, Collection<String> pathTags, Supplier<Instant> now) {
        Marks marks = new Marks(cache, policy, build);
        Map<String, String> paths = pathRows(build, page);
        addEntries(build, page, paths, pathTags, marks);
        addKnown(build, known, PagePathTags.spellings(page, version).get(0), marks);
        reach(build, marks);
        paths.forEach((path, tag) -> marks.addData(new TagRow.Key(TableKey.ofTag(build, tag), path)));
        return write(marks, now);
    }

    @Override
    Marking markRoute(BuildId build, List<String> tags, Collection<CacheKey> known, Supplier<Instant> now) {
        Marks marks = new Marks(cache, policy, build);
        marks.addAll(lookup.rowsOfTags(build, tags));
        addKnown(build, known, tags.get(0), marks);
        reach(build, marks);
        return write(marks, now);
    }

    private static Marking write(Marks marks, Supplier<Instant> now) {
        marks.dropShells();
        return marks.write(now);
    }

    /** Adds rows for entries that are known to be stored, whether or not the table has such rows. */
    private static void addKnown(BuildId build, Collection<CacheKey> known, String tag, Marks marks) {
        for (CacheKey key : known) {
            marks.add(new TagRow.Key(TableKey.ofTag(build, tag), TableKey.ofPath(build, key.value())));
        }
    }

    /** Adds the rows of a page's path tags. */
    private void addEntries(
            BuildId build, Page page, Map<String, String> paths, Collection<String> pathTags, Marks marks) {
        Set<String> tags = new LinkedHashSet<>(PagePathTags.spellings(page, version));
        tags.addAll(pathTags);
        List<TagRow> found = lookup.rowsOfTags(build, tags);
        Set<String> registered = registered(build, page, found, paths.keySet());
        for (TagRow row : found) {
            if (paths.containsKey(row.path()) && !registered.contains(row.path())) {
                marks.addData(row.key()); // An earlier mark of the path has left it behind.
            } else {
                marks.add(row.key());
            }
        }
        for (String piece : PagePathTags.firstPieces(page)) {
            lookup.rowsOfTag(build, piece).stream()
                    .filter(row -> isPage(build, row, page))
                    .forEach(row -> marks.add(row.key()));
        }
    }

    /**
     * Lists the rows by which servers look up a page's untagged data: the path of each, and its tag. Such rows are left
     * by earlier marks of the page and stand for no page of their own.
     */
    private Map<String, String> pathRows(BuildId build, Page page) {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String path : PagePathTags.pathSpellings(page, version)) {
            // For the root OpenNext looks up the bare build ID.
            rows.put(TableKey.ofPath(build, path.substring(1)), PathTags.PREFIX + path);
            if (site.trailingSlash() && !path.equals("/")) {
                rows.put(TableKey.ofPath(build, path.substring(1) + "/"), PathTags.PREFIX + path + "/");
            }
        }
        return rows;
    }

    /** Adds the rows of the tags that the marked pages carry, as far as the policy wants them. */
    private void reach(BuildId build, Marks marks) {
        Set<CacheKey> named = new LinkedHashSet<>(marks.pages());
        Set<String> hardTags = new LinkedHashSet<>();
        RowLookup.tagsOf(cache, build, named).forEach((key, tags) -> {
            marks.tagged(key, tags);
            tags.stream().filter(tag -> !tag.startsWith(PathTags.PREFIX)).forEach(hardTags::add);
        });
        for (TagRow row : lookup.rowsOfTags(build, hardTags)) {
            StoredEntry entry = StoredEntry.ofTablePath(build, row.path());
            boolean own = entry.isData() || (entry instanceof PageEntry page && named.contains(page.key()));
            if (own || policy.reach() == MarkPolicy.Reach.LIKE_OPENNEXT) {
                marks.addShared(row.key());
            }
        }
    }

    /** Tells at which of a page's paths a page was registered: it has rows for its layouts there too. */
    private Set<String> registered(BuildId build, Page page, Collection<TagRow> found, Collection<String> paths) {
        Set<String> own = new LinkedHashSet<>();
        found.stream()
                .filter(row -> paths.contains(row.path()) && isPage(build, row, page))
                .forEach(row -> own.add(row.path()));
        Set<String> ownTags = new LinkedHashSet<>();
        PagePathTags.spellings(page, null).forEach(tag -> ownTags.add(TableKey.ofTag(build, tag)));
        Map<String, List<TagRow>> rows = own.isEmpty() ? Map.of() : cache.rowsOfPaths(own);
        own.removeIf(path -> rows.getOrDefault(path, List.of()).stream().allMatch(row -> ownTags.contains(row.tag())));
        return own;
    }

    private boolean isPage(BuildId build, TagRow row, Page page) {
        return StoredEntry.ofTablePath(build, row.path()) instanceof PageEntry entry
                && entry.key().page(site, Router.APP_PAGE).map(Page::path).equals(Optional.of(page.path()));
    }
}
