package io.purgewise.revalidate;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.PathTags;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lists the spellings under which writers may have stored the tag of a page's own path. Which spellings older versions of
 * Next.js and OpenNext's build store was observed on real builds with Next.js 15.5.29, 16.3.7 and 16.4.6.
 */
final class PagePathTags {

    private static final NextVersion FIRST_SEEN_ENCODED = new NextVersion(16, 3, 7);

    private PagePathTags() {}

    /**
     * Lists every spelling of a page's own tag: percent-encoded by a build and by Next.js 15, decoded by a server with
     * Next.js 16, raw where tags are not encoded at all, and each with a trailing slash for prerendered route handlers of
     * sites that have one. {@code /} and {@code /index} stand for each other.
     *
     * @param version the site's version of Next.js, or null if not known
     * @return the tags, the likeliest first
     */
    static List<String> spellings(Page page, @Nullable NextVersion version) {
        Set<String> tags = new LinkedHashSet<>();
        for (String path : pathSpellings(page, version)) {
            tags.add(PathTags.PREFIX + path);
        }
        for (String tag : List.copyOf(tags)) {
            tags.add(tag.equals(PathTags.PREFIX + "/") ? PathTags.PREFIX + "/index" : tag + "/");
        }
        if (tags.contains(PathTags.PREFIX + "/index")) {
            tags.add(PathTags.PREFIX + "/");
        }
        return List.copyOf(tags);
    }

    /** Lists the path of a page in every spelling that a tag may be made from, without trailing slash. */
    static List<String> pathSpellings(Page page, @Nullable NextVersion version) {
        Set<String> paths = new LinkedHashSet<>(page.urlPaths());
        paths.add(CacheTag.encodeHeaderSafe(page.path()));
        if (version == null || version.compareTo(FIRST_SEEN_ENCODED) < 0) {
            paths.add(page.path());
        }
        return new ArrayList<>(paths);
    }

    /**
     * Finds the other paths under which visitors get a stored page. Where a middleware rewrites requests, Next.js tags
     * an entry with the path that visitors ask for, and stores it under another.
     *
     * @param page the stored page
     * @param tags the tags of its entry, as stored
     * @return the pages of other paths; none for most pages
     */
    static Set<Page> visitors(Page page, Collection<String> tags) {
        Set<String> own = new LinkedHashSet<>(spellings(page, null));
        own.addAll(firstPieces(page));
        List<String> named = PathTags.ownPathTags(tags);
        Set<Page> visitors = new LinkedHashSet<>();
        for (String tag : named) {
            // The root is tagged as /index too.
            boolean root = tag.equals(PathTags.PREFIX + "/index") && named.contains(PathTags.PREFIX + "/");
            if (!own.contains(tag) && !root) {
                visitor(page, tag.substring(PathTags.PREFIX.length()))
                        .filter(visitor -> !visitor.path().equals(page.path()))
                        .ifPresent(visitors::add);
            }
        }
        return visitors;
    }

    private static Optional<Page> visitor(Page page, String path) {
        String bare = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        try {
            Page visitor = Page.ofUrlPath(page.router(), Page.interceptedBy(bare));
            return CacheKey.plain(visitor.path()).hasDynamicSegment() ? Optional.empty() : Optional.of(visitor);
        } catch (IllegalArgumentException noPath) {
            // A piece of a tag with a comma, or a path that no URL can have.
            return Optional.empty();
        }
    }

    /**
     * Returns the first piece of the tag that a server stores for a page with a comma in its path: the header in which tags
     * travel splits {@code _N_T_/a,b} into {@code _N_T_/a} and {@code b}. Other pages may own that piece as well.
     *
     * @return the piece with and without encoding; none if the path holds no comma
     */
    static List<String> firstPieces(Page page) {
        int comma = page.path().indexOf(',');
        if (comma < 0) {
            return List.of();
        }
        String piece = PathTags.PREFIX + page.path().substring(0, comma);
        return List.copyOf(new LinkedHashSet<>(List.of(CacheTag.encodeHeaderSafe(piece), piece)));
    }
}
