package io.purgewise.site;

import static java.util.Objects.requireNonNull;

import io.purgewise.internal.Quoted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names each page by a cache tag of the CDN, which the site sends by {@code headers()} rules in {@code next.config}, without app
 * code: one item without a wildcard then clears a page with all its query strings, RSC and data.
 *
 * <p>A rule sees the path that the visitor asked for, so the tag names that: {@code /products/7} has {@code p/products/7},
 * {@code /} has {@code p/}, and {@code /_next/data/BUILD/products/7.json} has the page's. Base path and closing slash are not
 * part of it. On a site with locales the locale comes first, {@code p/fr/products/7}, the default locale too, whether the URL has
 * it or not; only where domains have default locales of their own, URLs without locale keep tags without. A page that visitors
 * get under several paths (rewrites, {@code a+b} and {@code a%2Bb}) has as many tags.
 *
 * <p>What no tag can name is cleared by path: a path with a comma, a tag of more than 256 characters, a path outside the base
 * path or with characters that reach the site in several spellings, and what {@link #except} names. The redirect from the other
 * slash form carries no tag either, and needs none: it never goes stale. Paths that differ in case only share a tag, since
 * CloudFront ignores its case; a {@code Clearing} that knows of both clears them by path.
 *
 * <p>Source: "headers", Next.js 16 documentation; OpenNext 4.0.3 and 4.1.12, {@code getNextConfigHeaders}. Instances are
 * immutable and thread-safe.
 */
public final class PageTags {

    /** The tag of all paths that no tag can name; nobody purges it. */
    public static final String NO_PAGE = "untagged";

    private static final PageTags ALL = new PageTags(List.of());

    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private final List<UrlPattern> except;

    private PageTags(List<UrlPattern> except) {
        this.except = except;
    }

    /**
     * Creates the scheme for a site all of whose pages are answered by OpenNext's server.
     *
     * @return the scheme without exceptions
     */
    public static PageTags ofAllPages() {
        return ALL;
    }

    /**
     * Leaves out URLs whose answers do not pass through {@code next.config}: those served straight from S3, or answered by a
     * middleware. They are cleared by path.
     *
     * @param untagged URLs in CloudFront's spelling, base path included
     * @return a scheme with these exceptions in place of others
     */
    public PageTags except(Collection<UrlPattern> untagged) {
        return new PageTags(List.copyOf(requireNonNull(untagged, "untagged")));
    }

    /**
     * Says how the URLs of a page can be cleared.
     *
     * @param covers the tags of the page, each with what it clears; most pages have one
     * @param byPath what no tag clears
     */
    public record Tagged(List<Cover> covers, List<ByPath> byPath) {

        /** Copies the lists. */
        public Tagged {
            covers = List.copyOf(requireNonNull(covers, "covers"));
            byPath = List.copyOf(requireNonNull(byPath, "byPath"));
        }
    }

    /**
     * Says what a tag clears of a page.
     *
     * @param tag the tag
     * @param patterns the patterns that it clears whole, of those that {@link Site#urlsOf(Page, Collection)} gives
     * @param unnameable the URLs among them that no path can name
     */
    public record Cover(CdnTag tag, Set<UrlPattern> patterns, Set<UnnameableUrl> unnameable) {

        /** Copies the sets. */
        public Cover {
            requireNonNull(tag, "tag");
            patterns = Set.copyOf(requireNonNull(patterns, "patterns"));
            unnameable = Set.copyOf(requireNonNull(unnameable, "unnameable"));
        }
    }

    /**
     * Names a URL that no tag clears.
     *
     * @param url the URL in CloudFront's spelling
     * @param reason why, in words
     */
    public record ByPath(String url, String reason) {

        /** Refuses null. */
        public ByPath {
            requireNonNull(url, "url");
            requireNonNull(reason, "reason");
        }
    }

    /**
     * Is a rule for {@code headers()} in {@code next.config}.
     *
     * @param source which paths it matches, without base path
     * @param value the tag, with the parameters of {@code source}
     * @param inEveryLocale false for a rule that says {@code locale: false}
     */
    public record HeaderRule(String source, String value, boolean inEveryLocale) {

        /** Refuses null. */
        public HeaderRule {
            requireNonNull(source, "source");
            requireNonNull(value, "value");
        }
    }

    /**
     * Finds the tags of a page on all hosts together.
     *
     * @param site the site
     * @param page the page
     * @return its tags, and what none of them clears
     * @throws IllegalArgumentException if the page names a locale that the site does not have
     */
    public Tagged tagsOf(Site site, Page page) {
        return tagsOf(site, page, requireNonNull(site, "site").allHosts());
    }

    /**
     * Finds the tags of a page on some hosts.
     *
     * @param site the site
     * @param page the page
     * @param hosts the host names, see {@link Site#urlsOf(Page, Collection)}
     * @return its tags, and what none of them clears
     * @throws IllegalArgumentException if the page names a locale that the site does not have
     */
    public Tagged tagsOf(Site site, Page page, Collection<String> hosts) {
        requireNonNull(site, "site");
        requireNonNull(page, "page");
        requireNonNull(hosts, "hosts");
        PageTagScheme scheme = new PageTagScheme(site.routing());
        // Two URLs that browsers send may be one URL for CloudFront.
        Map<String, PageTagScheme.Answer> byUrl = new LinkedHashMap<>();
        Set<ByPath> byPath = new LinkedHashSet<>();
        for (PageUrlRules rules : site.rulesOf(page, hosts)) {
            for (String sent : rules.sent()) {
                byUrl.merge(CloudFrontSpelling.encode(sent), answer(scheme, sent), PageTags::same);
            }
            rules.open()
                    .forEach(open -> byPath.add(new ByPath(open.url(), "a rewrite leads from paths without number")));
        }
        // CloudFront ignores the case of tags: %C3%A9 and %c3%a9, de-CH and de-ch are one.
        Map<String, CdnTag> tags = new LinkedHashMap<>();
        Map<CdnTag, List<String>> urlsByTag = new LinkedHashMap<>();
        byUrl.forEach((url, answer) -> {
            CdnTag tag = answer.tag();
            if (tag == null) {
                byPath.add(new ByPath(url, answer.reason()));
            } else {
                CdnTag first = tags.computeIfAbsent(tag.tag().toLowerCase(Locale.ROOT), folded -> tag);
                urlsByTag.computeIfAbsent(first, each -> new ArrayList<>()).add(url);
            }
        });
        List<Cover> covers = new ArrayList<>();
        urlsByTag.forEach((tag, urls) -> covers.add(cover(tag, urls, site.queryStringsInCacheKey())));
        return new Tagged(covers, List.copyOf(byPath));
    }

    private PageTagScheme.Answer answer(PageTagScheme scheme, String sent) {
        String url = CloudFrontSpelling.encode(sent);
        return except.stream().anyMatch(pattern -> pattern.matches(url))
                ? PageTagScheme.Answer.none("it is said to carry no tag")
                : scheme.tagOf(sent);
    }

    private static PageTagScheme.Answer same(PageTagScheme.Answer one, PageTagScheme.Answer other) {
        return one.tag() == null || one.equals(other) ? one : other.tag() == null ? other : differs(one.tag());
    }

    private static PageTagScheme.Answer differs(CdnTag tag) {
        return PageTagScheme.Answer.none("it has other tags beside " + tag.spelling());
    }

    private static Cover cover(CdnTag tag, List<String> urls, boolean queryStrings) {
        Set<UrlPattern> patterns = new LinkedHashSet<>();
        Set<UnnameableUrl> unnameable = new LinkedHashSet<>();
        for (String url : urls) {
            PageUrlRules.add(url, false, patterns, unnameable);
            if (queryStrings) {
                PageUrlRules.add(url + "?", true, patterns, unnameable);
            }
        }
        return new Cover(tag, patterns, unnameable);
    }

    /**
     * Finds the tag with which the site answers a request.
     *
     * @param site the site
     * @param url the path as it is asked for, percent-encoded, base path included; a query string changes nothing
     * @return the tag; empty if no tag names this path
     * @throws IllegalArgumentException if {@code url} does not start with {@code /}
     */
    public Optional<CdnTag> tagOf(Site site, String url) {
        requireNonNull(site, "site");
        int query = requireNonNull(url, "url").indexOf('?');
        @Nullable
        CdnTag tag = answer(new PageTagScheme(site.routing()), query < 0 ? url : url.substring(0, query))
                .tag();
        return Optional.ofNullable(tag);
    }

    /**
     * Lists the rules that have the site send its tags, in the order in which they must stand. They come behind the site's own
     * rules, and replace any header of the same name that the app sends.
     *
     * @param site the site
     * @return the rules
     */
    public List<HeaderRule> rules(Site site) {
        return List.copyOf(new PageTagScheme(requireNonNull(site, "site").routing()).rules());
    }

    /**
     * Writes the rules as {@code next.config} takes them.
     *
     * @param site the site
     * @param header the header that the distribution reads tags from, such as {@code x-page-tags}
     * @return a constant {@code pageTags} in JavaScript, to be spread into what {@code headers()} returns
     * @throws IllegalArgumentException if {@code header} is no header name
     */
    public String nextConfig(Site site, String header) {
        requireNonNull(site, "site");
        if (!HEADER.matcher(requireNonNull(header, "header")).matches()) {
            throw new IllegalArgumentException(
                    "header must be the name of an HTTP header, but was " + Quoted.of(header));
        }
        StringBuilder text = new StringBuilder("const pageTags = [\n");
        for (HeaderRule rule : rules(site)) {
            text.append("  { source: \"").append(rule.source()).append("\", ");
            text.append(rule.inEveryLocale() ? "" : "locale: false, ");
            text.append("headers: [{ key: \"").append(header).append("\", value: \"");
            text.append(rule.value()).append("\" }] },\n");
        }
        return text.append("];\n").toString();
    }
}
