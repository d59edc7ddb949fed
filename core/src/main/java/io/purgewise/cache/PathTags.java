package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Derives the tags by which Next.js ties a page to its path.
 *
 * <p>Rules and constants are those of Next.js 16.4.6 ({@code server/lib/implicit-tags},
 * {@code server/web/spec-extension/revalidate}); which spellings older versions and OpenNext's build store was observed on
 * real builds with Next.js 15.5.29, 16.3.7 and 16.4.6.
 */
public final class PathTags {

    /** What every such tag starts with. */
    public static final String PREFIX = "_N_T_";

    /** The longest path that {@code revalidatePath} takes, in UTF-16 code units. */
    public static final int MAX_PATH_LENGTH = 1024;

    /** The longest path of a folder on Linux (PATH_MAX); each folder of an entry has a tag with all folders above it. */
    private static final int MAX_ENTRY_LENGTH = 4096;

    private static final NextVersion FIRST_SEEN_ENCODED = new NextVersion(16, 3, 7);

    /** Says what {@code revalidatePath(path, type)} is to reach beyond one concrete page. */
    public enum Scope {
        /** All pages of a route pattern. */
        PAGE("page"),
        /** All pages below a layout. */
        LAYOUT("layout");

        private final String leaf;

        Scope(String leaf) {
            this.leaf = leaf;
        }
    }

    private PathTags() {}

    /**
     * Derives the tags that Next.js puts on a page of the App Router.
     *
     * @param entry the app entry with groups, slots and leaf, such as {@code /(shop)/deals/page}
     * @param pathname the concrete path; empty if the page is a shell with unknown parameters
     * @return the tags, layouts first, encoded
     * @throws IllegalArgumentException if an argument holds half of a surrogate pair, or {@code entry} is over 4,096
     *     characters
     */
    public static List<String> implicit(String entry, String pathname) {
        requireNonNull(entry, "entry");
        requireNonNull(pathname, "pathname");
        if (entry.length() > MAX_ENTRY_LENGTH) {
            throw new IllegalArgumentException("app entry must have at most " + MAX_ENTRY_LENGTH
                    + " characters, as folders have, but was " + Quoted.of(entry));
        }
        Set<String> tags = new LinkedHashSet<>();
        tags.add(PREFIX + "/layout");
        if (entry.startsWith("/")) {
            int end = entry.indexOf('/', 1);
            while (true) {
                end = end < 0 ? entry.length() : end;
                String path = entry.substring(0, end);
                if (!path.endsWith("/page") && !path.endsWith("/route")) {
                    path += path.endsWith("/") ? "layout" : "/layout";
                }
                tags.add(CacheTag.encodeHeaderSafe(PREFIX + path));
                if (end == entry.length()) {
                    break;
                }
                end = entry.indexOf('/', end + 1);
            }
        }
        if (!pathname.isEmpty()) {
            tags.add(CacheTag.encodeHeaderSafe(PREFIX + pathname));
        }
        if (tags.contains(PREFIX + "/")) {
            tags.add(PREFIX + "/index");
        }
        if (tags.contains(PREFIX + "/index")) {
            tags.add(PREFIX + "/");
        }
        return List.copyOf(tags);
    }

    /**
     * Derives the tags that {@code revalidatePath} expires.
     *
     * @param path a concrete path, or with a scope a route pattern such as {@code /blog/[slug]}
     * @param scope what to reach beyond one page, or null
     * @return one or two tags, encoded; none for a path over {@value #MAX_PATH_LENGTH} characters, which Next.js ignores
     * @throws IllegalArgumentException if {@code path} holds half of a surrogate pair
     */
    public static List<String> revalidatePath(String path, @Nullable Scope scope) {
        requireNonNull(path, "path");
        if (path.length() > MAX_PATH_LENGTH) {
            return List.of();
        }
        boolean slash = path.length() > 1 && path.endsWith("/");
        String tag = PREFIX + CacheTag.encodeHeaderSafe(slash ? path.substring(0, path.length() - 1) : path);
        if (scope != null) {
            tag += (tag.endsWith("/") ? "" : "/") + scope.leaf;
        }
        return switch (tag) {
            case PREFIX + "/" -> List.of(tag, PREFIX + "/index");
            case PREFIX + "/index" -> List.of(tag, PREFIX + "/");
            default -> List.of(tag);
        };
    }

    /**
     * Lists every spelling under which a writer may have stored a page's own tag: percent-encoded by a build and by
     * Next.js 15, decoded by a server with Next.js 16, raw where tags are not encoded at all, and each with a trailing slash
     * for prerendered route handlers of sites that have one. {@code /} and {@code /index} stand for each other.
     *
     * @param page the page
     * @param version the site's version of Next.js, or null if not known
     * @return the tags, the likeliest first
     */
    public static List<String> spellings(Page page, @Nullable NextVersion version) {
        requireNonNull(page, "page");
        Set<String> tags = new LinkedHashSet<>();
        for (String path : pathSpellings(page, version)) {
            tags.add(PREFIX + path);
        }
        for (String tag : List.copyOf(tags)) {
            if (tag.equals(PREFIX + "/")) {
                tags.add(PREFIX + "/index");
            } else {
                tags.add(tag + "/");
            }
        }
        if (tags.contains(PREFIX + "/index")) {
            tags.add(PREFIX + "/");
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
     * Picks from the tags of a stored page those that name its own path, and not its layouts or its route.
     *
     * @param tags the tags as stored
     * @return the path tags; more than one for the root
     */
    public static List<String> ownPathTags(Collection<String> tags) {
        requireNonNull(tags, "tags");
        return tags.stream()
                .map(String::strip)
                .filter(tag -> tag.startsWith(PREFIX)
                        && !tag.endsWith("/layout")
                        && !tag.endsWith("/page")
                        && !tag.endsWith("/route"))
                .toList();
    }

    /**
     * Returns the first piece of the tag that a server stores for a page with a comma in its path: the header in which tags
     * travel splits {@code _N_T_/a,b} into {@code _N_T_/a} and {@code b}. Other pages may own that piece as well.
     *
     * @param page the page
     * @return the pieces that may be found, each with and without encoding; none if the path holds no comma
     */
    static List<String> firstPieces(Page page) {
        int comma = page.path().indexOf(',');
        if (comma < 0) {
            return List.of();
        }
        String piece = PREFIX + page.path().substring(0, comma);
        return List.copyOf(new LinkedHashSet<>(List.of(CacheTag.encodeHeaderSafe(piece), piece)));
    }
}
