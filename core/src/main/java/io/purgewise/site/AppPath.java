package io.purgewise.site;

import java.util.List;
import java.util.Objects;

/** Reads the paths of the App Router, in which folders that no URL shows stand beside those that one does. */
public final class AppPath {

    /** The order matters: Next.js takes the first that a segment starts with. */
    static final List<String> INTERCEPTIONS = List.of("(..)(..)", "(.)", "(..)", "(...)");

    private AppPath() {}

    /**
     * Returns the path of an app entry as URLs know it: without groups, slots and its leaf, and with the underscore that a
     * folder's name writes as {@code %5F} (Next.js, {@code normalizeAppPath} and {@code normalizeUnderscore}).
     *
     * @param entry an entry such as {@code /(shop)/deals/page}
     * @return the path, such as {@code /deals}
     */
    public static String ofEntry(String entry) {
        return withoutGroups(Objects.requireNonNull(entry, "entry")).replace("%5F", "_");
    }

    /**
     * Removes groups, slots and the leaf from a path, and nothing else (Next.js, {@code normalizeAppPath}).
     *
     * @param entry an entry or a part of one
     * @return the path
     */
    public static String withoutGroups(String entry) {
        String[] segments = Objects.requireNonNull(entry, "entry").split("/", -1);
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < segments.length; i++) {
            String segment = segments[i];
            boolean group = segment.startsWith("(") && segment.endsWith(")");
            boolean leaf = i == segments.length - 1 && (segment.equals("page") || segment.equals("route"));
            if (!segment.isEmpty() && !group && !segment.startsWith("@") && !leaf) {
                path.append('/').append(segment);
            }
        }
        return path.isEmpty() ? "/" : path.toString();
    }

    /**
     * Returns the path that visitors ask for when an intercepting route answers them (Next.js,
     * {@code extractInterceptionRouteInformation}): {@code /photos/1} for {@code /feed/(..)photos/1} and for
     * {@code /@modal/(.)photos/1}.
     *
     * @param path the path or pattern of a stored page or route
     * @return the path that is intercepted; {@code path} itself if it intercepts none
     * @throws IllegalArgumentException if the path climbs above the root or has nothing behind its marker
     */
    public static String intercepted(String path) {
        int start = Objects.requireNonNull(path, "path").indexOf("/(");
        while (start >= 0) {
            for (String marker : INTERCEPTIONS) {
                if (path.startsWith(marker, start + 1)) {
                    return intercepted(
                            path, path.substring(0, start + 1), marker, path.substring(start + 1 + marker.length()));
                }
            }
            start = path.indexOf("/(", start + 1);
        }
        return path;
    }

    private static String intercepted(String path, String before, String marker, String target) {
        String from = withoutGroups(before);
        int levels = marker.equals("(..)(..)") ? 2 : marker.equals("(..)") ? 1 : 0;
        String base = marker.equals("(...)") || from.equals("/") ? "" : from;
        for (int i = 0; i < levels; i++) {
            if (base.isEmpty()) {
                throw new IllegalArgumentException("interception climbs above the root: " + Quoted.of(path));
            }
            base = base.substring(0, base.lastIndexOf('/'));
        }
        if (target.isEmpty() || target.startsWith("/")) {
            throw new IllegalArgumentException("interception has nothing behind its marker: " + Quoted.of(path));
        }
        return base + "/" + target;
    }
}
