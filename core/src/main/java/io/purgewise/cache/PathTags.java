package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.internal.Quoted;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Derives the tags by which Next.js ties a page to its path.
 *
 * <p>Rules and constants are those of Next.js 16.4.6 ({@code server/lib/implicit-tags},
 * {@code server/web/spec-extension/revalidate}).
 */
public final class PathTags {

    /** What every such tag starts with. */
    public static final String PREFIX = "_N_T_";

    /** The longest path that {@code revalidatePath} takes, in UTF-16 code units. */
    public static final int MAX_PATH_LENGTH = 1024;

    /** The longest path of a folder on Linux (PATH_MAX); each folder of an entry has a tag with all folders above it. */
    private static final int MAX_ENTRY_LENGTH = 4096;

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
}
