package io.purgewise.site;

import io.purgewise.internal.Quoted;
import java.util.List;

/** Reads the paths of app entries, some of whose folders stand in no URL. */
final class AppPath {

    /** The order matters: Next.js takes the first that a segment starts with. */
    static final List<String> INTERCEPTIONS = List.of("(..)(..)", "(.)", "(..)", "(...)");

    private AppPath() {}

    /** Does what {@link Page#pathOfEntry} says. */
    static String ofEntry(String entry) {
        return withoutGroups(entry).replace("%5F", "_");
    }

    /** Removes groups, slots and the leaf from a path, and nothing else (Next.js, {@code normalizeAppPath}). */
    static String withoutGroups(String entry) {
        String[] segments = entry.split("/", -1);
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

    /** Does what {@link Page#interceptedBy} says. */
    static String intercepted(String path) {
        int start = path.indexOf("/(");
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
