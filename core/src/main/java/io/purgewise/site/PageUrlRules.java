package io.purgewise.site;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Derives the URLs of one page, as Next.js 16's client builds them and browsers send them.
 *
 * <p>Sources: Next.js {@code page-loader}, {@code add-locale}, {@code normalize-trailing-slash} and
 * {@code get-asset-path-from-route}; what browsers add was seen in Chromium 156.
 */
final class PageUrlRules {

    /** Next.js puts no slash behind a last segment that looks like a file. */
    private static final Pattern FILE_LIKE = Pattern.compile("\\.[^/]+/?$");

    private static final Pattern OPTIONAL_CATCH_ALL = Pattern.compile("/\\[\\[\\.\\.\\.[^/\\]]+]]$");

    private final Site site;
    private final Page page;
    private final Set<String> urls = new LinkedHashSet<>();

    PageUrlRules(Site site, Page page) {
        this.site = site;
        this.page = page;
    }

    PageUrls urls() {
        if (page.router() == Router.PAGES && !site.locales().isEmpty()) {
            localized();
        } else {
            add(page.path(), List.of(""), List.of(""));
        }
        List<PageUrls.Widened> widened = new ArrayList<>();
        SortedSet<UrlPattern> patterns = new TreeSet<>();
        for (String url : urls) {
            UrlPattern pattern = UrlPattern.covering(url);
            patterns.add(pattern);
            if (pattern.prefix()) {
                widened.add(new PageUrls.Widened(url, pattern));
            } else if (site.queryStringsInCacheKey()) {
                patterns.add(UrlPattern.coveringPrefix(url + "?"));
            }
        }
        return new PageUrls(withoutCovered(patterns), widened);
    }

    /** Returns the page's own HTML URL as Next.js spells it in links: the default locale without its prefix. */
    String html() {
        urls();
        return urls.iterator().next();
    }

    private void localized() {
        String first = firstSegment(page.path());
        String chosen = page.locale();
        boolean found = false;
        for (String locale : site.locales()) {
            boolean inPath = first.equalsIgnoreCase(locale);
            if (chosen == null ? !isLocale(first) || inPath : chosen.equalsIgnoreCase(locale)) {
                inLocale(locale, inPath ? page.path().substring(first.length() + 1) : page.path());
                found = true;
            }
        }
        if (!found) {
            throw new IllegalArgumentException(
                    "locale must be one of " + site.locales() + ", but was \"" + chosen + "\"");
        }
    }

    private void inLocale(String locale, String rest) {
        String path = rest.isEmpty() ? "/" : rest;
        // Next.js adds no locale to the paths of API routes.
        if (path.equals("/api") || path.startsWith("/api/")) {
            add(path, List.of(""), List.of(""));
            return;
        }
        String prefix = "/" + locale;
        boolean isDefault = locale.equals(site.defaultLocale().orElseThrow());
        List<String> prefixes = isDefault ? List.of("", prefix) : List.of(prefix);
        // Next.js compares locales without regard to case, so /de-ch/p serves what /de-CH/p does.
        List<String> htmlPrefixes = new ArrayList<>(prefixes);
        String lowerCase = prefix.toLowerCase(Locale.ROOT);
        if (!lowerCase.equals(prefix)) {
            htmlPrefixes.add(lowerCase);
        }
        add(path, htmlPrefixes, prefixes);
        if (isDefault && path.equals("/")) {
            // Answered with the page itself, not with a redirect.
            urls.add(site.basePath() + prefix + "/");
        }
    }

    /** Adds the URLs of a bare path in every spelling, HTML below some prefixes and data below others. */
    private void add(String path, List<String> htmlPrefixes, List<String> dataPrefixes) {
        for (String bare : aliases(path)) {
            for (String spelling : spellings(bare)) {
                htmlPrefixes.forEach(prefix -> addHtml(join(prefix, spelling)));
                if (page.router() == Router.PAGES) {
                    dataPrefixes.forEach(prefix -> addData(join(prefix, spelling)));
                }
            }
        }
    }

    /** An optional catch-all serves its root under {@code /index} too. */
    private List<String> aliases(String path) {
        String route = page.route();
        Matcher catchAll = OPTIONAL_CATCH_ALL.matcher(route == null ? "" : route);
        boolean isItsRoot = catchAll.find() && catchAll.replaceFirst("").equals(path.equals("/") ? "" : path);
        return isItsRoot ? List.of(path, join(path, "/index")) : List.of(path);
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

    private void addHtml(String localizedPath) {
        String path =
                site.basePath() + (localizedPath.equals("/") && !site.basePath().isEmpty() ? "" : localizedPath);
        if (path.equals("/")) {
            urls.add(path);
            return;
        }
        boolean slash = site.trailingSlash() && !FILE_LIKE.matcher(path).find();
        urls.add(slash ? path + "/" : path);
        if (site.bothSlashForms()) {
            urls.add(slash ? path : path + "/");
        }
    }

    private void addData(String localizedPath) {
        String asset = localizedPath.equals("/")
                ? "/index"
                : localizedPath.equals("/index") || localizedPath.startsWith("/index/")
                        ? "/index" + localizedPath
                        : localizedPath;
        addData(site.nextBuildId(), asset);
        site.previousBuildIds().forEach(buildId -> addData(buildId, asset));
    }

    private void addData(BuildId buildId, String asset) {
        urls.add(site.basePath() + "/_next/data/" + buildId + asset + ".json");
    }

    private boolean isLocale(String segment) {
        return site.locales().stream().anyMatch(segment::equalsIgnoreCase);
    }

    private static String firstSegment(String path) {
        int end = path.indexOf('/', 1);
        return path.substring(1, end < 0 ? path.length() : end);
    }

    private static String join(String prefix, String path) {
        return path.equals("/") && !prefix.isEmpty() ? prefix : prefix.equals("/") ? path : prefix + path;
    }

    private static List<UrlPattern> withoutCovered(SortedSet<UrlPattern> sorted) {
        List<UrlPattern> kept = new ArrayList<>();
        UrlPattern lastPrefix = null;
        for (UrlPattern pattern : sorted) {
            if (lastPrefix == null || !lastPrefix.covers(pattern)) {
                // The exact URL sorts before the prefix of the same path, which covers it.
                if (pattern.prefix() && !kept.isEmpty() && pattern.covers(kept.get(kept.size() - 1))) {
                    kept.remove(kept.size() - 1);
                }
                kept.add(pattern);
                lastPrefix = pattern.prefix() ? pattern : lastPrefix;
            }
        }
        return kept;
    }
}
