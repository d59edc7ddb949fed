package io.purgewise.site;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Describes a Next.js site as far as its URLs and caches depend on it.
 *
 * <p>Instances are immutable and thread-safe. Most settings are those of {@code next.config.js}; the build output holds
 * them all.
 */
public final class Site {

    /** Stands for every host that is no {@link #domains() domain} of its own. */
    public static final String DEFAULT_DOMAIN = "";

    private final SiteSettings settings;
    private final Routing routing;

    private Site(SiteSettings settings) {
        this.settings = settings;
        routing = settings.routing();
    }

    /**
     * Describes a site that has Next.js's defaults: no base path, no trailing slash, no locales.
     *
     * @param buildId the Next build ID, as it stands in {@code .next/BUILD_ID}
     * @param nextVersion the version of Next.js that built it, such as {@code 16.4.6}
     * @return the site
     * @throws IllegalArgumentException if one of them is malformed, or the version knows no on-demand revalidation
     */
    public static Site of(String buildId, String nextVersion) {
        Objects.requireNonNull(buildId, "buildId");
        Objects.requireNonNull(nextVersion, "nextVersion");
        return builder(BuildId.of(buildId))
                .nextVersion(NextVersion.parse(nextVersion))
                .build();
    }

    /**
     * Starts the description of a site.
     *
     * @param buildId the Next build ID, as it stands in {@code .next/BUILD_ID} and in data URLs
     * @return a builder with Next.js's defaults: no base path, no trailing slash, no locales, query strings in the key
     */
    public static Builder builder(BuildId buildId) {
        return new Builder(new SiteSettings(Objects.requireNonNull(buildId, "buildId")));
    }

    /** {@return a builder with the settings of this site} */
    public Builder toBuilder() {
        return new Builder(settings.of(settings.nextBuildId));
    }

    /**
     * Describes the same site as it stands after a deploy.
     *
     * <p>Where caches and data URLs bear different IDs (an app with a {@code deploymentId}), the one says nothing of the
     * other, and the data URLs stay as they were described.
     *
     * @param current the build that serves visitors now, by its cache build ID
     * @param retiring builds whose servers or bundles may still be in use
     * @return the site with that build's data URLs, and those of the retiring builds beside them
     */
    public Site withBuilds(BuildId current, Collection<BuildId> retiring) {
        Objects.requireNonNull(current, "current");
        Objects.requireNonNull(retiring, "retiring");
        if (!cacheBuildId().equals(nextBuildId())) {
            return this;
        }
        SiteSettings deployed = settings.of(current);
        deployed.cacheBuildId = null;
        deployed.previousBuildIds.clear();
        retiring.forEach(deployed::addPreviousBuild);
        settings.previousBuildIds.forEach(deployed::addPreviousBuild);
        return new Site(deployed);
    }

    /**
     * Works out every URL under which the CDN may hold a page, on all hosts together: what a distribution clears that
     * serves all of them.
     *
     * @param page the page
     * @return its URL patterns, and the URLs that CloudFront cannot name
     * @throws IllegalArgumentException if the page names a locale that the site does not have
     */
    public PageUrls urlsOf(Page page) {
        return urlsOf(page, allHosts());
    }

    /** Lists the domains, and what stands for every other host. */
    Set<String> allHosts() {
        Set<String> hosts = new LinkedHashSet<>(Set.of(DEFAULT_DOMAIN));
        hosts.addAll(domains());
        return hosts;
    }

    /**
     * Works out every URL under which the CDN may hold a page on some hosts: what a distribution clears that serves these
     * alone.
     *
     * <p>They differ where the site has domains: a domain's own default locale stands without a prefix, all others with one
     * (Next.js, "Internationalization", domain routing).
     *
     * @param page the page
     * @param hosts the host names; each that is no domain of the site, such as {@link #DEFAULT_DOMAIN}, has the site's
     *     default locale
     * @return the URL patterns on these hosts, and the URLs that CloudFront cannot name
     * @throws IllegalArgumentException if the page names a locale that the site does not have
     */
    public PageUrls urlsOf(Page page, Collection<String> hosts) {
        Objects.requireNonNull(page, "page");
        Objects.requireNonNull(hosts, "hosts");
        List<PageUrls> urls =
                rulesOf(page, hosts).stream().map(PageUrlRules::urls).toList();
        return urls.size() == 1 ? urls.get(0) : PageUrls.union(urls);
    }

    /** Returns what derives a page's URLs, once for each default locale of some hosts. */
    List<PageUrlRules> rulesOf(Page page, Collection<String> hosts) {
        Set<@Nullable String> defaultLocales = new LinkedHashSet<>();
        hosts.forEach(host -> defaultLocales.add(routing.i18n().defaultLocale(host)));
        List<PageUrlRules> rules = new ArrayList<>();
        for (String defaultLocale : defaultLocales) {
            rules.add(new PageUrlRules(this, routing, page, defaultLocale));
        }
        return rules;
    }

    Routing routing() {
        return routing;
    }

    /**
     * Spells the one URL under which the site itself links to a page.
     *
     * @param page the page; one of a site with locales must name its locale
     * @return the percent-encoded path of its HTML, with base path and trailing slash as the site wants them; where a
     *     middleware rewrites visitors' paths to the page, the first of these
     * @throws IllegalArgumentException if the page names a locale that the site does not have, or none of several
     */
    public String htmlUrlOf(Page page) {
        Objects.requireNonNull(page, "page");
        if (page.router() == Router.PAGES && !locales().isEmpty() && page.locale() == null) {
            throw new IllegalArgumentException("page " + page.path() + " has a URL in each of " + locales());
        }
        return new PageUrlRules(this, routing, page, routing.i18n().defaultLocale()).html();
    }

    /**
     * Lists the paths of the pages that visitors may get under a path: what to look up in the caches when a caller names a
     * changed page by the path that visitors ask for. All of them are marked, and each is cleared under all its URLs.
     *
     * @param visitorPath the path that visitors ask for, written as {@link Page} writes paths
     * @return the path itself, then the paths to which rewrites lead from it, as cache keys write them: those of a site with
     *     locales start with their locale. Not every one need have a page
     * @throws IllegalArgumentException if {@code visitorPath} is no decoded path
     */
    public List<String> pagesBehind(String visitorPath) {
        return routing.pagesBehind(Objects.requireNonNull(visitorPath, "visitorPath"));
    }

    /** {@return the Next build ID, which stands in data URLs} */
    public BuildId nextBuildId() {
        return settings.nextBuildId;
    }

    /** {@return the cache build ID, which stands in OpenNext's S3 keys and table rows} */
    public BuildId cacheBuildId() {
        return settings.cacheBuildId == null ? settings.nextBuildId : settings.cacheBuildId;
    }

    /** {@return the earlier Next build IDs whose bundles browsers may still run} */
    public List<BuildId> previousBuildIds() {
        return List.copyOf(settings.previousBuildIds);
    }

    /** {@return the path below which the site lives, empty or starting with {@code /}} */
    public String basePath() {
        return routing.basePath();
    }

    /** {@return whether page URLs end in a slash} */
    public boolean trailingSlash() {
        return routing.trailingSlash();
    }

    /** {@return whether a page is also cleared under the other slash form of its URL} */
    public boolean bothSlashForms() {
        return routing.bothSlashForms();
    }

    /** {@return the locales of the Pages Router, spelled as in the configuration; empty without i18n} */
    public List<String> locales() {
        return routing.i18n().locales();
    }

    /** {@return the locale whose URLs need no prefix on hosts that are no domain of their own; empty without i18n} */
    public Optional<String> defaultLocale() {
        return Optional.ofNullable(routing.i18n().defaultLocale());
    }

    /**
     * {@return the hosts that have a default locale of their own, such as {@code example.nl}; empty without domain
     * routing}
     */
    public Set<String> domains() {
        return routing.i18n().domains().keySet();
    }

    /** {@return whether the CDN keeps a copy for each query string} */
    public boolean queryStringsInCacheKey() {
        return settings.queryStringsInCacheKey;
    }

    /** {@return the site's version of Next.js, if it was declared} */
    public Optional<NextVersion> nextVersion() {
        return Optional.ofNullable(settings.nextVersion);
    }

    /** Collects the settings of a site. This class is not thread-safe. */
    public static final class Builder {

        private final SiteSettings settings;

        private Builder(SiteSettings settings) {
            this.settings = settings;
        }

        /**
         * Sets the build ID in OpenNext's keys, for an app with a {@code deploymentId}.
         *
         * @param cacheBuildId the cache build ID; default: the Next build ID
         * @return this builder
         */
        public Builder cacheBuildId(BuildId cacheBuildId) {
            settings.cacheBuildId = Objects.requireNonNull(cacheBuildId, "cacheBuildId");
            return this;
        }

        /**
         * Adds a build whose data URLs are cleared too, since browsers may still run its bundle.
         *
         * @param buildId an earlier Next build ID
         * @return this builder
         */
        public Builder previousBuildId(BuildId buildId) {
            settings.addPreviousBuild(Objects.requireNonNull(buildId, "buildId"));
            return this;
        }

        /**
         * Sets the path below which the site lives.
         *
         * @param basePath empty (the default), or starting with {@code /} and not ending in one; letters, digits and
         *     characters that URLs do not escape; at most 1,000 characters
         * @return this builder
         * @throws IllegalArgumentException if {@code basePath} is no such path
         */
        public Builder basePath(String basePath) {
            settings.basePath = BasePath.check(Objects.requireNonNull(basePath, "basePath"));
            return this;
        }

        /**
         * Sets whether page URLs end in a slash.
         *
         * @param trailingSlash the setting of the same name; default false
         * @return this builder
         */
        public Builder trailingSlash(boolean trailingSlash) {
            settings.trailingSlash = trailingSlash;
            return this;
        }

        /**
         * Sets whether a page is also cleared under the other slash form of its URL: without the slash on a site with
         * trailing slashes, with it on others.
         *
         * <p>Next.js answers the other form with a 308 that never goes stale, unless {@code skipTrailingSlashRedirect}
         * makes it serve the page itself. The default is true on sites with trailing slashes, whose visitors mostly
         * arrive without one, and false on others; each form costs as many items as the first.
         *
         * @param bothSlashForms whether to clear both; must be true with {@code skipTrailingSlashRedirect}
         * @return this builder
         */
        public Builder bothSlashForms(boolean bothSlashForms) {
            settings.bothSlashForms = bothSlashForms;
            return this;
        }

        /**
         * Sets the locales of the Pages Router.
         *
         * @param locales all locales, spelled as in the setting {@code i18n.locales}
         * @param defaultLocale the one whose URLs need no prefix
         * @return this builder
         * @throws IllegalArgumentException if a locale is malformed or stands twice (in any case), or the default is not
         *     among them
         */
        public Builder locales(List<String> locales, String defaultLocale) {
            Objects.requireNonNull(locales, "locales");
            Objects.requireNonNull(defaultLocale, "defaultLocale");
            I18n checked = new I18n(locales, defaultLocale, Map.of());
            settings.locales = checked.locales();
            settings.defaultLocale = defaultLocale;
            return this;
        }

        /**
         * Adds a host with a default locale of its own ({@code i18n.domains}). Next.js serves all locales on every host, so
         * the domain's other locales need not be told.
         *
         * @param domain the host, such as {@code example.nl}
         * @param defaultLocale the locale whose URLs need no prefix there; one of the site's
         * @return this builder
         */
        public Builder domain(String domain, String defaultLocale) {
            Objects.requireNonNull(domain, "domain");
            settings.domains.put(domain, Objects.requireNonNull(defaultLocale, "defaultLocale"));
            return this;
        }

        /**
         * Sets the rewrites of {@code next.config}, in the order in which Next.js tries them: those before files, after
         * files, and the fallback ones. A build's output holds them.
         *
         * @param rewrites the rewrites; default: none
         * @return this builder
         */
        public Builder rewrites(List<Rewrite> rewrites) {
            settings.rewrites = List.copyOf(Objects.requireNonNull(rewrites, "rewrites"));
            return this;
        }

        /**
         * Sets the rewrites that a middleware (Next.js 16: a proxy) does, which come before those of {@code next.config}
         * and stand in no manifest.
         *
         * @param rewrites the rewrites; default: none
         * @return this builder
         */
        public Builder middlewareRewrites(List<Rewrite> rewrites) {
            settings.middlewareRewrites = List.copyOf(Objects.requireNonNull(rewrites, "rewrites"));
            return this;
        }

        /**
         * Sets what knows visitors' paths where no rewrite can say them.
         *
         * @param visitorPaths the app's own knowledge; default: none
         * @return this builder
         */
        public Builder visitorPaths(VisitorPaths visitorPaths) {
            settings.visitorPaths = Objects.requireNonNull(visitorPaths, "visitorPaths");
            return this;
        }

        /**
         * Sets whether the CDN keeps a copy for each query string, as OpenNext's reference infrastructure does.
         *
         * @param queryStringsInCacheKey false if the cache policy leaves query strings out; default true
         * @return this builder
         */
        public Builder queryStringsInCacheKey(boolean queryStringsInCacheKey) {
            settings.queryStringsInCacheKey = queryStringsInCacheKey;
            return this;
        }

        /**
         * Declares the site's version of Next.js.
         *
         * @param nextVersion the version that built the site
         * @return this builder
         * @throws IllegalArgumentException if the version knows no on-demand revalidation
         */
        public Builder nextVersion(NextVersion nextVersion) {
            Objects.requireNonNull(nextVersion, "nextVersion").require(NextVersion.Feature.ON_DEMAND_REVALIDATION);
            settings.nextVersion = nextVersion;
            return this;
        }

        /**
         * Finishes the description.
         *
         * @return the site
         * @throws IllegalArgumentException if a domain's default locale is none of the site's, or a domain is no host name
         */
        public Site build() {
            return new Site(settings.of(settings.nextBuildId));
        }
    }
}
