package io.purgewise.cache;

import io.purgewise.site.Page;
import java.util.regex.Pattern;

/** Tells whether a path counts as a dynamic route, as Next.js 16.4.6 does ({@code shared/lib/router/utils/is-dynamic}). */
final class DynamicRoute {

    private static final Pattern WHOLE_SEGMENT = Pattern.compile("/\\[[^/]+\\](?=/|$)");

    /** What an intercepting route has before the name of a folder. */
    private static final Pattern INTERCEPTION = Pattern.compile("^(?:\\(\\.{1,3}\\)){1,2}");

    private DynamicRoute() {}

    static boolean matches(String route) {
        return WHOLE_SEGMENT.matcher(Page.interceptedBy(route)).find();
    }

    /** Tells whether a segment of a path is written as a parameter: {@code [id]}, {@code [...path]}, {@code [[...path]]}. */
    static boolean hasDynamicSegment(String path) {
        for (String segment : path.split("/", -1)) {
            if (isDynamic(segment)) {
                return true;
            }
        }
        return false;
    }

    static boolean isDynamic(String segment) {
        String bare = INTERCEPTION.matcher(segment).replaceFirst("");
        return bare.length() > 2 && bare.startsWith("[") && bare.endsWith("]");
    }
}
