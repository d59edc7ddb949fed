package io.purgewise.examples;

import io.purgewise.revalidate.Change;
import io.purgewise.site.Router;
import java.util.List;

/**
 * Restates what OpenNext's own CDN hook sends for a change (4.0.3 to 4.1.12, {@code overrides/cdnInvalidation/cloudfront}).
 *
 * <p>In the default table mode it looks at rows of path tags alone: a tag of the app sends nothing, nor does a page of the
 * Pages Router, which has no rows. The root page is sent by its cache key. Each page costs two items, one of them a wildcard.
 */
final class OpenNextHook {

    private OpenNextHook() {}

    static List<String> items(Change change) {
        if (!(change instanceof Change.OfPage page) || page.page().router() == Router.PAGES) {
            return List.of();
        }
        String path = page.page().path().equals("/") ? "/index" : page.page().path();
        return List.of(path, path + "?_rsc=*");
    }
}
