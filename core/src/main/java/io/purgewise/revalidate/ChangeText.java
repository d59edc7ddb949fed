package io.purgewise.revalidate;

import io.purgewise.cache.PathTags;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes changes as text and reads them back, and checks the names in them. */
final class ChangeText {

    static final String TAG = "tag:";
    static final String PATH = "path:";
    static final String NEW_PATH = "new-path:";
    static final String PAGE = "page:";
    static final String ROUTE = "route:";
    static final String LAYOUT = "layout:";
    static final String EVERYTHING = "everything";

    private static final String ALL = "all";
    private static final String LOCALE_FIELD = "locale=";
    private static final String ROUTE_FIELD = "route=";

    /** How much of a malformed text a message quotes. */
    private static final int QUOTED = 200;

    private ChangeText() {}

    static Change parse(String text) {
        Objects.requireNonNull(text, "text");
        if (text.startsWith(TAG)) {
            return Change.tag(text.substring(TAG.length()));
        }
        if (text.startsWith(PATH)) {
            return Change.path(withoutClosingSlash(text.substring(PATH.length())));
        }
        if (text.startsWith(NEW_PATH)) {
            return Change.path(withoutClosingSlash(text.substring(NEW_PATH.length())))
                    .evenIfUnknown();
        }
        if (text.startsWith(ROUTE)) {
            return Change.route(text.substring(ROUTE.length()), PathTags.Scope.PAGE);
        }
        if (text.startsWith(LAYOUT)) {
            return Change.route(text.substring(LAYOUT.length()), PathTags.Scope.LAYOUT);
        }
        if (text.startsWith(PAGE)) {
            return Change.page(page(text));
        }
        if (text.equals(EVERYTHING) || text.equals(ALL)) {
            return Change.everything();
        }
        throw new IllegalArgumentException("change must be tag:NAME, path:/P, new-path:/P, route:/R, layout:/R,"
                + " page:ROUTER:/P or everything, but was " + quoted(text));
    }

    /** Takes the closing slash off, as revalidatePath does: the URLs of a site with trailing slashes are copied with theirs. */
    private static String withoutClosingSlash(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Writes a page so that no part of it can be taken for another; the path comes last and stands as it is. */
    static String ofPage(Page page) {
        return PAGE
                + page.router()
                + (page.locale() == null ? "" : ";" + LOCALE_FIELD + escaped(page.locale()))
                + (page.route() == null ? "" : ";" + ROUTE_FIELD + escaped(page.route()))
                + ":"
                + page.path();
    }

    private static Page page(String text) {
        int end = text.indexOf(':', PAGE.length());
        if (end < 0) {
            throw malformedPage(text);
        }
        String[] fields = text.substring(PAGE.length(), end).split(";", -1);
        Router router = Arrays.stream(Router.values())
                .filter(each -> each.name().equals(fields[0]))
                .findFirst()
                .orElseThrow(() -> malformedPage(text));
        String locale = null;
        String route = null;
        for (String field : Arrays.asList(fields).subList(1, fields.length)) {
            if (field.startsWith(LOCALE_FIELD) && locale == null) {
                locale = unescaped(field.substring(LOCALE_FIELD.length()));
            } else if (field.startsWith(ROUTE_FIELD) && route == null) {
                route = unescaped(field.substring(ROUTE_FIELD.length()));
            } else {
                throw malformedPage(text);
            }
        }
        return new Page(router, text.substring(end + 1), locale, route);
    }

    private static IllegalArgumentException malformedPage(String text) {
        return new IllegalArgumentException("the change of a page must look like page:APP_PAGE:/p or"
                + " page:PAGES;locale=fr;route=/docs/[[...path]]:/p, but was " + quoted(text));
    }

    private static String escaped(String value) {
        return value.replace("%", "%25").replace(":", "%3A").replace(";", "%3B");
    }

    private static String unescaped(String value) {
        return value.replace("%3B", ";").replace("%3A", ":").replace("%25", "%");
    }

    static void requirePath(String path) {
        Objects.requireNonNull(path, "path");
        if (path.contains("://")) {
            throw new IllegalArgumentException("the change of a path takes no whole URL but the path after the domain,"
                    + " without base path and query, and was given " + quoted(path));
        }
        Page.of(Router.PAGES, path);
    }

    static void requireRoute(String pattern, PathTags.@Nullable Scope scope) {
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(scope, "scope");
        boolean leaf = pattern.endsWith("/page") || pattern.endsWith("/layout") || pattern.endsWith("/route");
        boolean slash = pattern.length() > 1 && pattern.endsWith("/");
        if (!pattern.startsWith("/") || slash || leaf || pattern.contains("//")) {
            throw new IllegalArgumentException(
                    "route must start with / and have no closing slash nor leaf, such as /blog/[slug], but was "
                            + quoted(pattern));
        }
        if (PathTags.revalidatePath(pattern, scope).isEmpty()) {
            throw new IllegalArgumentException("Next.js ignores paths over " + PathTags.MAX_PATH_LENGTH
                    + " characters, but this one has " + pattern.length());
        }
    }

    private static String quoted(String text) {
        return text.length() <= QUOTED ? "\"" + text + "\"" : "\"" + text.substring(0, QUOTED) + "\"...";
    }
}
