package io.purgewise.cache;

import io.purgewise.site.AppPath;
import java.util.regex.Pattern;

/** Tells whether a path counts as a dynamic route, as Next.js 16.4.6 does ({@code shared/lib/router/utils/is-dynamic}). */
final class DynamicRoute {

    private static final Pattern WHOLE_SEGMENT = Pattern.compile("/\\[[^/]+\\](?=/|$)");

    private DynamicRoute() {}

    static boolean matches(String route) {
        return WHOLE_SEGMENT.matcher(AppPath.intercepted(route)).find();
    }
}
