package io.purgewise.site;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Is the tag of each URL of one site, said twice: as a function of the URL, and as the {@code headers()} rules that have the
 * site send it.
 *
 * <p>Rules are matched with the path as it was asked for, before rewrites; of several that match and set one header the last
 * wins (Next.js 16.4.6, {@code resolve-routes}; OpenNext 4.1.12, {@code getNextConfigHeaders}). On a site with locales each has
 * {@code locale: false}: OpenNext otherwise puts the locale in front that it takes from the visitor's cookie or languages. A parameter that may be absent would be
 * sent as it is written, the same for every page, so all of them are present where their rule matches.
 */
final class PageTagScheme {

    private static final String START = "p";
    private static final String DATA = "/_next/data/";
    private static final String DATA_END = ".json";

    private final Routing routing;
    /** What URLs without a locale stand for; null if that depends on the host, or there are no locales. */
    private final @Nullable String onlyDefault;

    PageTagScheme(Routing routing) {
        this.routing = routing;
        I18n i18n = routing.i18n();
        String locale = i18n.defaultLocale();
        boolean everywhere = i18n.domains().values().stream().allMatch(each -> each.equals(locale));
        this.onlyDefault = everywhere ? locale : null;
    }

    /**
     * Is a tag, or why there is none.
     *
     * @param tag the tag, or null
     * @param reason why there is none, or empty
     */
    record Answer(@Nullable CdnTag tag, String reason) {

        static Answer none(String reason) {
            return new Answer(null, reason);
        }
    }

    /** Finds the tag of a URL without its query string, as a browser sends it. */
    Answer tagOf(String url) {
        String basePath = routing.basePath();
        if (!url.equals(basePath) && !url.startsWith(basePath + "/")) {
            return Answer.none("it is outside the base path, where the rules do not reach");
        }
        String path = withoutSlash(url.substring(basePath.length()));
        if (path.indexOf(',') >= 0) {
            return Answer.none("its comma would split the tag");
        }
        if (!CloudFrontSpelling.encode(url).equals(url)) {
            return Answer.none("it reaches the site in more than one spelling");
        }
        String tag = START + tagged(path.startsWith(DATA) && path.endsWith(DATA_END) ? ofData(path) : path);
        int most = CdnTag.MAX_LENGTH;
        return tag.length() > most
                ? Answer.none("its tag would have " + tag.length() + " characters, of which CloudFront takes " + most)
                : new Answer(new CdnTag(tag), "");
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Turns the path of data into that of its page, which the client spells {@code /index} for the root. */
    private static String ofData(String path) {
        int start = path.indexOf('/', DATA.length());
        if (start < 0) {
            return path;
        }
        String page = path.substring(start, path.length() - DATA_END.length());
        return page.equals("/index") ? "" : page.startsWith("/index/") ? page.substring("/index".length()) : page;
    }

    private String tagged(String path) {
        boolean prefixed = localesInUrls().stream()
                .anyMatch(locale -> path.equals("/" + locale) || path.startsWith("/" + locale + "/"));
        String whole = prefixed || onlyDefault == null ? path : "/" + onlyDefault + path;
        return whole.isEmpty() ? "/" : whole;
    }

    /** Lists the locales as URLs spell them: OpenNext matches rules with regard to case, Next.js without. */
    private Set<String> localesInUrls() {
        Set<String> locales = new LinkedHashSet<>();
        for (String locale : routing.i18n().locales()) {
            locales.add(locale);
            locales.add(locale.toLowerCase(Locale.ROOT));
        }
        return locales;
    }

    /** Lists the rules in their order. */
    List<PageTags.HeaderRule> rules() {
        String root = START + (onlyDefault == null ? "/" : "/" + onlyDefault);
        String below = onlyDefault == null ? root : root + "/";
        Set<String> locales = localesInUrls();
        String locale = "/:locale(" + String.join("|", locales) + ")";
        List<PageTags.HeaderRule> rules = new ArrayList<>();
        rules.add(rule("/:path+", below + ":path+"));
        rules.add(rule("/", root));
        if (!locales.isEmpty()) {
            rules.add(rule(locale + "/:path+", START + "/:locale/:path+"));
            rules.add(rule(locale, START + "/:locale"));
        }
        rules.add(rule(DATA + ":build/:path+" + DATA_END, below + ":path+"));
        rules.add(rule(DATA + ":build/index" + DATA_END, root));
        rules.add(rule(DATA + ":build/index/:path+" + DATA_END, below + ":path+"));
        if (!locales.isEmpty()) {
            rules.add(rule(DATA + ":build" + locale + "/:path+" + DATA_END, START + "/:locale/:path+"));
            rules.add(rule(DATA + ":build" + locale + DATA_END, START + "/:locale"));
        }
        rules.add(rule("/:path(.*,.*)", PageTags.NO_PAGE));
        return rules;
    }

    private PageTags.HeaderRule rule(String source, String value) {
        return new PageTags.HeaderRule(source, value, routing.i18n().locales().isEmpty());
    }
}
