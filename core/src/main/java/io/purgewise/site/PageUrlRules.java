package io.purgewise.site;

import io.purgewise.site.PathTemplate.Filled;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Derives the URLs of one page on one host, as Next.js 16's client builds them and browsers send them.
 *
 * <p>Sources: Next.js {@code page-loader}, {@code add-locale}, {@code normalize-trailing-slash} and
 * {@code get-asset-path-from-route}; what browsers add was seen in Chromium 156.
 */
final class PageUrlRules {

    private final Site site;
    private final Routing routing;
    private final Page page;
    private final @Nullable String defaultLocale;
    private final Set<String> urls = new LinkedHashSet<>();
    private final Set<UnnameableUrl> unnameable = new TreeSet<>();

    PageUrlRules(Site site, Routing routing, Page page, @Nullable String defaultLocale) {
        this.site = site;
        this.routing = routing;
        this.page = page;
        this.defaultLocale = defaultLocale;
    }

    PageUrls urls() {
        collect();
        Set<UrlPattern> patterns = new TreeSet<>();
        for (String url : urls) {
            String encoded = CloudFrontSpelling.encode(url);
            add(encoded, false, patterns, unnameable);
            if (site.queryStringsInCacheKey()) {
                add(encoded + "?", true, patterns, unnameable);
            }
        }
        return new PageUrls(List.copyOf(patterns), List.copyOf(unnameable));
    }

    /** Adds an encoded URL to those that an invalidation can name, or to the others. */
    static void add(String encoded, boolean prefix, Set<UrlPattern> patterns, Set<UnnameableUrl> unnameable) {
        if (UnnameableUrl.isNameable(encoded, prefix)) {
            patterns.add(new UrlPattern(encoded, prefix));
        } else {
            unnameable.add(new UnnameableUrl(encoded, prefix));
        }
    }

    /** Lists the URLs as browsers send them, not yet in CloudFront's spelling; without those that a wildcard alone can name. */
    Set<String> sent() {
        collect();
        return urls;
    }

    /** Lists what a rewrite leads from whose paths are without number, once {@link #sent} was called. */
    Set<UnnameableUrl> open() {
        return unnameable;
    }

    /** Returns the page's HTML URL as the site itself links to it. */
    String html() {
        collect();
        return urls.iterator().next();
    }

    private void collect() {
        List<String> stored = storedPaths();
        List<Filled> visitors = new ArrayList<>();
        for (String path : stored) {
            visitors.addAll(routing.rewrites().leadingTo(routing.basePath() + path));
        }
        routing.visitorPathsOf(page).forEach(path -> visitors.add(new Filled(routing.basePath() + path, false)));
        boolean linked = routing.linksToVisitorPaths();
        if (linked) {
            visitors.forEach(this::visitor);
        }
        for (String path : stored) {
            bare(path, true);
        }
        if (!linked) {
            visitors.forEach(this::visitor);
        }
    }

    /** Lists the page's own paths without base path, each with its locale; the root is empty. */
    private List<String> storedPaths() {
        String path = page.router() == Router.PAGES ? page.path() : intercepted();
        path = path.equals("/") ? "" : path;
        List<String> locales = routing.i18n().locales();
        if (page.router() != Router.PAGES || locales.isEmpty()) {
            return List.of(path);
        }
        String inPath = routing.i18n().localeOf(path);
        String chosen = page.locale();
        if (inPath != null && (chosen == null || chosen.equalsIgnoreCase(inPath))) {
            return List.of("/" + inPath + path.substring(inPath.length() + 1));
        }
        List<String> paths = new ArrayList<>();
        for (String locale : locales) {
            if (chosen == null || chosen.equalsIgnoreCase(locale)) {
                paths.add("/" + locale + path);
            }
        }
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("locale must be one of " + locales + ", but was \"" + chosen + "\"");
        }
        return paths;
    }

    private String intercepted() {
        String route = page.route();
        boolean plain = route != null && AppPath.intercepted(route).equals(route);
        return plain ? page.path() : AppPath.intercepted(page.path());
    }

    /** Adds what a rewrite leads from, a path with its base path, if it is below that at all. */
    private void visitor(Filled visitor) {
        String basePath = routing.basePath();
        String path = visitor.path();
        if (path.equals(basePath) || path.startsWith(basePath + "/")) {
            String bare = path.substring(basePath.length());
            if (visitor.open()) {
                open(bare);
            } else {
                bare(bare, false);
            }
        } else if (visitor.open()) {
            widen(path);
        } else {
            spellings(path).forEach(this::addHtmlUrl);
        }
    }

    private void open(String path) {
        Set<String> starts = new LinkedHashSet<>(Set.of(path));
        String locale = localeIn(path);
        if (locale != null && locale.equals(defaultLocale)) {
            starts.add(path.substring(locale.length() + 1));
        }
        for (String start : starts) {
            for (String spelling : spellings(start)) {
                widen(routing.basePath() + spelling);
                if (page.router() == Router.PAGES) {
                    builds().forEach(build -> widen(dataFolder(build) + spelling));
                }
            }
        }
    }

    private void widen(String path) {
        unnameable.add(new UnnameableUrl(CloudFrontSpelling.encode(path.startsWith("/") ? path : "/" + path), false));
    }

    /** Adds the URLs of a path without base path that starts with its locale, if the page has one. */
    private void bare(String path, boolean own) {
        String locale = localeIn(path);
        if (locale != null) {
            inLocale(locale, path.substring(locale.length() + 1), own);
        } else if (defaultLocale != null && page.router() == Router.PAGES) {
            inLocale(defaultLocale, path, own);
        } else {
            add(path, own, List.of(""), List.of(""));
        }
    }

    private @Nullable String localeIn(String path) {
        return page.router() == Router.PAGES ? routing.i18n().localeOf(path) : null;
    }

    private void inLocale(String locale, String path, boolean own) {
        // Next.js adds no locale to the paths of API routes.
        if (path.equals("/api") || path.startsWith("/api/")) {
            add(path, own, List.of(""), List.of(""));
            return;
        }
        String prefix = "/" + locale;
        boolean isDefault = locale.equals(defaultLocale);
        List<String> prefixes = isDefault ? List.of("", prefix) : List.of(prefix);
        // Next.js compares locales without regard to case, so /de-ch/p serves what /de-CH/p does.
        List<String> htmlPrefixes = new ArrayList<>(prefixes);
        String lowerCase = prefix.toLowerCase(Locale.ROOT);
        if (!lowerCase.equals(prefix)) {
            htmlPrefixes.add(lowerCase);
        }
        add(path, own, htmlPrefixes, prefixes);
        if (isDefault && path.isEmpty()) {
            // Answered with the page itself, not with a redirect.
            urls.add(routing.basePath() + prefix + "/");
        }
    }

    /** Adds the URLs of a bare path in every spelling, HTML below some prefixes and data below others. */
    private void add(String path, boolean own, List<String> htmlPrefixes, List<String> dataPrefixes) {
        for (String bare : own ? aliases(path) : List.of(path)) {
            for (String spelling : spellings(bare)) {
                htmlPrefixes.forEach(prefix -> addHtmlUrl(routing.basePath() + prefix + spelling));
                if (page.router() == Router.PAGES) {
                    dataPrefixes.forEach(prefix -> addData(prefix + spelling));
                }
            }
        }
    }

    /** An optional catch-all serves its root under {@code /index} too. */
    private List<String> aliases(String path) {
        String route = page.route();
        int catchAll = route == null ? -1 : route.lastIndexOf("/[[...");
        boolean isItsRoot = catchAll >= 0
                && route != null
                && route.indexOf('/', catchAll + 1) < 0
                && route.substring(0, catchAll).equals(path);
        return isItsRoot ? List.of(path, path + "/index") : List.of(path);
    }

    private static Set<String> spellings(String path) {
        Set<String> spellings = new LinkedHashSet<>();
        spellings.add(PathSegments.escaped(path));
        spellings.add(PathSegments.asWritten(path));
        for (String spelling : List.copyOf(spellings)) {
            spellings.add(PathSegments.lowerCaseEscapes(spelling));
        }
        return spellings;
    }

    private void addHtmlUrl(String path) {
        if (path.isEmpty()) {
            urls.add("/");
            return;
        }
        boolean slash = routing.trailingSlash() && !isFileLike(path);
        urls.add(slash ? path + "/" : path);
        if (routing.bothSlashForms()) {
            urls.add(slash ? path : path + "/");
        }
    }

    /** Next.js puts no slash behind a last segment that looks like a file. */
    private static boolean isFileLike(String path) {
        int dot = path.indexOf('.', path.lastIndexOf('/'));
        return dot >= 0 && dot < path.length() - 1;
    }

    private void addData(String path) {
        String asset = path.isEmpty()
                ? "/index"
                : path.equals("/index") || path.startsWith("/index/") ? "/index" + path : path;
        builds().forEach(build -> urls.add(dataFolder(build) + asset + ".json"));
    }

    private List<BuildId> builds() {
        List<BuildId> builds = new ArrayList<>(List.of(site.nextBuildId()));
        builds.addAll(site.previousBuildIds());
        return builds;
    }

    private String dataFolder(BuildId build) {
        return routing.basePath() + "/_next/data/" + build;
    }
}
