package io.purgewise.site;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says which URLs lead to which pages, on every build of a site.
 *
 * @param bothSlashForms whether a page is cleared under the other slash form of its URL too
 * @param linksToVisitorPaths whether the site links to the paths that a middleware rewrites, and not to the pages' own
 */
record Routing(
        String basePath,
        boolean trailingSlash,
        boolean bothSlashForms,
        I18n i18n,
        Rewrites rewrites,
        @Nullable VisitorPaths visitorPaths,
        boolean linksToVisitorPaths) {

    /** Lists the paths of a page that the app itself knows of, without base path; the root is empty. */
    List<String> visitorPathsOf(Page page) {
        if (visitorPaths == null) {
            return List.of();
        }
        List<String> paths = new ArrayList<>();
        for (String path : visitorPaths.of(page)) {
            paths.add(bare(path));
        }
        return paths;
    }

    /** Lists the paths of the pages that visitors may get under a path, that path first. */
    List<String> pagesBehind(String visitorPath) {
        Set<String> starts = new LinkedHashSet<>();
        String path = bare(visitorPath);
        starts.add(path);
        if (i18n.localeOf(path) == null) {
            i18n.locales().forEach(locale -> starts.add("/" + locale + path));
        }
        Set<String> pages = new LinkedHashSet<>();
        pages.add(visitorPath);
        for (String start : starts) {
            Set<String> targets = rewrites.leadingFrom(basePath + start);
            targets.remove(basePath + start);
            for (String target : targets) {
                if (target.equals(basePath) || target.startsWith(basePath + "/")) {
                    String page = target.substring(basePath.length());
                    pages.add(page.isEmpty() ? "/" : page);
                }
            }
        }
        if (visitorPaths != null) {
            visitorPaths
                    .pagesBehind(visitorPath)
                    .forEach(page -> pages.add(bare(page).isEmpty() ? "/" : page));
        }
        return List.copyOf(pages);
    }

    private static String bare(String path) {
        Page.checkPath(path);
        return path.equals("/") ? "" : path;
    }
}
