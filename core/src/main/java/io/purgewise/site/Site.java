package io.purgewise.site;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Describes a Next.js site as far as its URLs and caches depend on it.
 *
 * <p>Instances are immutable and thread-safe. Most settings are those of {@code next.config.js}; the build output holds
 * them all.
 */
public final class Site {

    private static final Pattern BASE_PATH = Pattern.compile("(/[^/?#\\\\%\\s*~]+)+");

    private final BuildId nextBuildId;
    private final BuildId cacheBuildId;
    private final List<BuildId> previousBuildIds;
    private final String basePath;
    private final boolean trailingSlash;
    private final boolean bothSlashForms;
    private final List<String> locales;
    private final @Nullable String defaultLocale;
    private final boolean queryStringsInCacheKey;
    private final @Nullable NextVersion nextVersion;

    private Site(Builder builder) {
        nextBuildId = builder.nextBuildId;
        cacheBuildId = builder.cacheBuildId == null ? builder.nextBuildId : builder.cacheBuildId;
        previousBuildIds = List.copyOf(builder.previousBuildIds);
        basePath = builder.basePath;
        trailingSlash = builder.trailingSlash;
        bothSlashForms = builder.bothSlashForms == null ? builder.trailingSlash : builder.bothSlashForms;
        locales = List.copyOf(builder.locales);
        defaultLocale = builder.defaultLocale;
        queryStringsInCacheKey = builder.queryStringsInCacheKey;
        nextVersion = builder.nextVersion;
    }

    /**
     * Starts the description of a site.
     *
     * @param buildId the Next build ID, as it stands in {@code .next/BUILD_ID} and in data URLs
     * @return a builder with Next.js's defaults: no base path, no trailing slash, no locales, query strings in the key
     */
    public static Builder builder(BuildId buildId) {
        return new Builder(buildId);
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
    public Site deployed(BuildId current, Collection<BuildId> retiring) {
        if (!cacheBuildId.equals(nextBuildId)) {
            return this;
        }
        Builder builder = new Builder(this, current);
        retiring.forEach(builder::previousBuildId);
        previousBuildIds.forEach(builder::previousBuildId);
        return builder.build();
    }

    /**
     * Works out every URL under which the CDN may hold a page.
     *
     * @param page the page
     * @return its URL patterns, and which of them are wider than the page
     * @throws IllegalArgumentException if the page names a locale that the site does not have
     */
    public PageUrls urlsOf(Page page) {
        return new PageUrlRules(this, page).urls();
    }

    /**
     * Spells the one URL under which the site itself links to a page.
     *
     * @param page the page; one of a site with locales must name its locale
     * @return the percent-encoded path and query of its HTML, with base path and trailing slash as the site wants them
     * @throws IllegalArgumentException if the page names a locale that the site does not have, or none of several
     */
    public String htmlUrlOf(Page page) {
        if (page.router() == Router.PAGES && !locales.isEmpty() && page.locale() == null) {
            throw new IllegalArgumentException("page " + page.path() + " has a URL in each of " + locales);
        }
        return new PageUrlRules(this, page).html();
    }

    /**
     * Returns the build ID in data URLs.
     *
     * @return the Next build ID
     */
    public BuildId nextBuildId() {
        return nextBuildId;
    }

    /**
     * Returns the build ID in OpenNext's S3 keys and table rows.
     *
     * @return the cache build ID
     */
    public BuildId cacheBuildId() {
        return cacheBuildId;
    }

    /**
     * Returns the builds whose bundles browsers may still run.
     *
     * @return earlier Next build IDs
     */
    public List<BuildId> previousBuildIds() {
        return previousBuildIds;
    }

    /**
     * Returns the path below which the site lives.
     *
     * @return the base path, empty or starting with {@code /}
     */
    public String basePath() {
        return basePath;
    }

    /**
     * Tells whether page URLs end in a slash.
     *
     * @return the setting {@code trailingSlash}
     */
    public boolean trailingSlash() {
        return trailingSlash;
    }

    /**
     * Tells whether a page is also cleared under the other slash form of its URL.
     *
     * @return whether both forms are cleared
     */
    public boolean bothSlashForms() {
        return bothSlashForms;
    }

    /**
     * Returns the locales of the Pages Router.
     *
     * @return the locales, spelled as in the configuration; empty without i18n
     */
    public List<String> locales() {
        return locales;
    }

    /**
     * Returns the locale whose URLs need no prefix.
     *
     * @return the default locale, empty without i18n
     */
    public Optional<String> defaultLocale() {
        return Optional.ofNullable(defaultLocale);
    }

    /**
     * Tells whether the CDN keeps a copy for each query string.
     *
     * @return whether query strings are part of the cache key
     */
    public boolean queryStringsInCacheKey() {
        return queryStringsInCacheKey;
    }

    /**
     * Returns the site's version of Next.js.
     *
     * @return the version, if it was declared
     */
    public Optional<NextVersion> nextVersion() {
        return Optional.ofNullable(nextVersion);
    }

    /**
     * Collects the settings of a site. This class is not thread-safe.
     */
    public static final class Builder {

        private final BuildId nextBuildId;
        private @Nullable BuildId cacheBuildId;
        private final List<BuildId> previousBuildIds = new ArrayList<>();
        private String basePath = "";
        private boolean trailingSlash;
        private @Nullable Boolean bothSlashForms;
        private List<String> locales = List.of();
        private @Nullable String defaultLocale;
        private boolean queryStringsInCacheKey = true;
        private @Nullable NextVersion nextVersion;

        private Builder(BuildId nextBuildId) {
            this.nextBuildId = nextBuildId;
        }

        private Builder(Site site, BuildId nextBuildId) {
            this.nextBuildId = nextBuildId;
            basePath = site.basePath;
            trailingSlash = site.trailingSlash;
            bothSlashForms = site.bothSlashForms;
            locales = site.locales;
            defaultLocale = site.defaultLocale;
            queryStringsInCacheKey = site.queryStringsInCacheKey;
            nextVersion = site.nextVersion;
        }

        /**
         * Sets the build ID in OpenNext's keys, for an app with a {@code deploymentId}.
         *
         * @param cacheBuildId the cache build ID; default: the Next build ID
         * @return this builder
         */
        public Builder cacheBuildId(BuildId cacheBuildId) {
            this.cacheBuildId = cacheBuildId;
            return this;
        }

        /**
         * Adds a build whose data URLs are cleared too, since browsers may still run its bundle.
         *
         * @param buildId an earlier Next build ID
         * @return this builder
         */
        public Builder previousBuildId(BuildId buildId) {
            if (!buildId.equals(nextBuildId) && !previousBuildIds.contains(buildId)) {
                previousBuildIds.add(buildId);
            }
            return this;
        }

        /**
         * Sets the path below which the site lives.
         *
         * @param basePath empty (the default), or starting with {@code /} and not ending in one
         * @return this builder
         * @throws IllegalArgumentException if {@code basePath} is no such path
         */
        public Builder basePath(String basePath) {
            if (!basePath.isEmpty() && !BASE_PATH.matcher(basePath).matches()) {
                throw new IllegalArgumentException(
                        "base path must be empty or look like /shop, but was \"" + basePath + "\"");
            }
            this.basePath = basePath;
            return this;
        }

        /**
         * Sets whether page URLs end in a slash.
         *
         * @param trailingSlash the setting of the same name; default false
         * @return this builder
         */
        public Builder trailingSlash(boolean trailingSlash) {
            this.trailingSlash = trailingSlash;
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
         * @param bothSlashForms whether to clear both
         * @return this builder
         */
        public Builder bothSlashForms(boolean bothSlashForms) {
            this.bothSlashForms = bothSlashForms;
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
            Locales.check(locales, defaultLocale);
            this.locales = List.copyOf(locales);
            this.defaultLocale = defaultLocale;
            return this;
        }

        /**
         * Sets whether the CDN keeps a copy for each query string, as OpenNext's reference infrastructure does.
         *
         * @param queryStringsInCacheKey false if the cache policy leaves query strings out; default true
         * @return this builder
         */
        public Builder queryStringsInCacheKey(boolean queryStringsInCacheKey) {
            this.queryStringsInCacheKey = queryStringsInCacheKey;
            return this;
        }

        /**
         * Declares the site's version of Next.js.
         *
         * @param nextVersion the version that built the site
         * @return this builder
         * @throws UnsupportedNextVersionException if the version knows no on-demand revalidation
         */
        public Builder nextVersion(NextVersion nextVersion) {
            nextVersion.require(NextVersion.Feature.ON_DEMAND_REVALIDATION);
            this.nextVersion = nextVersion;
            return this;
        }

        /**
         * Finishes the description.
         *
         * @return the site
         */
        public Site build() {
            return new Site(this);
        }
    }
}
