package io.purgewise.cache;

import java.util.List;
import java.util.regex.Pattern;

/** Tells whether a path counts as a dynamic route, as Next.js 16.4.6 does ({@code shared/lib/router/utils/is-dynamic}). */
final class DynamicRoute {

    private static final Pattern WHOLE_SEGMENT = Pattern.compile("/\\[[^/]+\\](?=/|$)");

    /** The order matters: the first marker that a segment starts with wins. */
    private static final List<String> MARKERS = List.of("(..)(..)", "(.)", "(..)", "(...)");

    private DynamicRoute() {}

    static boolean matches(String route) {
        return WHOLE_SEGMENT.matcher(intercepted(route)).find();
    }

    /** Returns the route that an interception route such as {@code /feed/(.)photo/[id]} stands in for. */
    private static String intercepted(String route) {
        for (String segment : route.split("/", -1)) {
            for (String marker : MARKERS) {
                if (segment.startsWith(marker)) {
                    return intercepted(route, marker);
                }
            }
        }
        return route;
    }

    private static String intercepted(String route, String marker) {
        String[] pieces = route.split(Pattern.quote(marker), -1);
        if (pieces.length < 2 || pieces[0].isEmpty() || pieces[1].isEmpty()) {
            throw new IllegalArgumentException("no valid interception route: \"" + route + "\"");
        }
        String from = appPath(pieces[0]);
        String to = pieces[1];
        int up = marker.equals("(..)") ? 1 : marker.equals("(..)(..)") ? 2 : 0;
        if (marker.equals("(...)")) {
            return "/" + to;
        }
        if (up == 0) {
            return from.equals("/") ? "/" + to : from + "/" + to;
        }
        List<String> segments = List.of(from.split("/", -1));
        if (up == 1 ? from.equals("/") : segments.size() <= 2) {
            throw new IllegalArgumentException("interception route climbs above the root: \"" + route + "\"");
        }
        return String.join("/", segments.subList(0, segments.size() - up)) + "/" + to;
    }

    /** Mirrors {@code normalizeAppPath}: an app entry without groups, slots and its leaf. */
    static String appPath(String entry) {
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
}
