package io.purgewise.aws;

import io.purgewise.cache.BuildIds;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.StoredEntry;
import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.PageTags;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows a site from its build output: {@code open-next.output.json} and the manifests of Next.js.
 *
 * <p>Instances are immutable and thread-safe. The preview ID shows in no text.
 */
public final class OpenNextBuild {

    private static final Logger LOG = System.getLogger(OpenNextBuild.class.getName());

    private final Site site;
    private final Optional<TagCacheMode> tagCacheMode;
    private final String cachePrefix;
    private final Optional<PreviewId> previewId;
    private final List<KnownPage> pages;
    private final Set<String> routes;
    private final Set<String> closedRoutes;
    private final Map<String, String> sourceRoutes;
    private final BuildManifests manifests;

    /**
     * Is a page that the build rendered.
     *
     * @param page the page, with its route
     * @param sourceRoute the route as cache keys name it: a Pages Router pattern, or an app entry with groups and leaf
     * @param key its cache key, in the form that OpenNext 4.1.7 and newer uses with the site's Next.js
     * @param revalidate after what time it is rendered anew; null for never
     */
    public record KnownPage(
            Page page,
            String sourceRoute,
            CacheKey key,
            @Nullable Duration revalidate) {

        /**
         * Creates a page from its parts.
         *
         * @param page the page, with its route
         * @param sourceRoute the route as cache keys name it
         * @param key its cache key
         * @param revalidate after what time it is rendered anew; null for never
         */
        public KnownPage {
            Objects.requireNonNull(page, "page");
            Objects.requireNonNull(sourceRoute, "sourceRoute");
            Objects.requireNonNull(key, "key");
        }
    }

    private OpenNextBuild(BuildManifests manifests, NextVersion version, @Nullable BuildId cacheBuildId) {
        this.manifests = manifests;
        site = site(manifests, version, cacheBuildId);
        tagCacheMode = manifests.tagCacheMode();
        cachePrefix = manifests.cachePrefix();
        previewId = manifests.previewId();
        sourceRoutes = manifests.sourceRoutes();
        routes = manifests.routes();
        closedRoutes = manifests.closedRoutes();
        List<KnownPage> known = new ArrayList<>();
        for (BuildManifests.Prerendered rendered : manifests.prerendered()) {
            KnownPage page = known(rendered, CacheKey.Format.of(version));
            // Next.js renders /_not-found and the like as pages, which nobody can ask for.
            if (StoredEntry.of(page.key()) instanceof PageEntry) {
                known.add(page);
            }
        }
        pages = List.copyOf(known);
    }

    /**
     * Reads the output of a build.
     *
     * <p>The settings {@code trailingSlash} and {@code skipTrailingSlashRedirect} stand in {@code required-server-files.json}
     * alone. Where it is missing, every page is cleared under both slash forms, and a warning is logged; set what is true
     * with {@link Site#toBuilder()}. Rewrites of {@code next.config} are read too, those that lead out of the site left
     * aside; what a middleware rewrites is in no file and is added with {@link Site.Builder#middlewareRewrites}.
     *
     * @param folder the app's folder, with {@code .next} and {@code .open-next} below it; or one that holds the files
     *     themselves: {@code BUILD_ID}, {@code open-next.output.json}, {@code prerender-manifest.json},
     *     {@code routes-manifest.json}, {@code app-paths-manifest.json}, {@code pages-manifest.json},
     *     {@code required-server-files.json}
     * @param version the version of Next.js that made it, which no manifest tells
     * @param cacheBuildId the {@code deploymentId} of an app that sets one; null to have it read
     * @return the build
     * @throws BuildOutputException if a file is missing, cannot be read, or holds what no build writes
     * @throws io.purgewise.cache.UnknownBuildException if the app has a {@code deploymentId} that no file tells
     */
    public static OpenNextBuild read(Path folder, NextVersion version, @Nullable BuildId cacheBuildId) {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(version, "version");
        try {
            return new OpenNextBuild(new BuildManifests(folder), version, cacheBuildId);
        } catch (IllegalArgumentException e) {
            throw new BuildOutputException(
                    "build output " + folder + " is not understood (" + Excerpt.ofMessage(e, "a value is malformed")
                            + "); was it made by next and open-next, of versions that this release knows?",
                    e);
        }
    }

    private static Site site(BuildManifests manifests, NextVersion version, @Nullable BuildId cacheBuildId) {
        Map<String, Object> config = manifests.config().orElse(Map.of());
        boolean trailingSlash = Boolean.TRUE.equals(config.get("trailingSlash"));
        Site.Builder builder = Site.builder(BuildId.of(manifests.buildId()))
                .cacheBuildId(cacheBuildId == null ? keys(manifests, config) : cacheBuildId)
                .basePath(manifests.basePath())
                .trailingSlash(trailingSlash)
                .rewrites(manifests.rewrites())
                .nextVersion(version);
        if (manifests.config().isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "the build has no required-server-files.json, which alone tells trailingSlash and"
                            + " skipTrailingSlashRedirect; every page is cleared with and without a slash at its end");
        }
        if (manifests.config().isEmpty() || Boolean.TRUE.equals(config.get("skipTrailingSlashRedirect"))) {
            builder.bothSlashForms(true);
        }
        if (!manifests.locales().isEmpty()) {
            builder.locales(manifests.locales(), manifests.defaultLocale());
            manifests.domains().forEach(builder::domain);
        }
        return builder.build();
    }

    private static BuildId keys(BuildManifests manifests, Map<String, Object> config) {
        return config.get("deploymentId") instanceof String id && !id.isEmpty()
                ? BuildId.of(id)
                : BuildIds.parse(manifests.buildId());
    }

    private KnownPage known(BuildManifests.Prerendered rendered, CacheKey.Format format) {
        String path = rendered.path();
        Page page = Page.of(rendered.router(), path);
        if (rendered.router() == Router.PAGES) {
            for (String locale : site.locales()) {
                if (path.equals("/" + locale) || path.startsWith("/" + locale + "/")) {
                    String rest = path.substring(locale.length() + 1);
                    page = Page.of(Router.PAGES, rest.isEmpty() ? "/" : rest).inLocale(locale);
                }
            }
        }
        CacheKey key = format == CacheKey.Format.PLAIN
                ? CacheKey.plain(path)
                : CacheKey.routeScoped(rendered.router(), rendered.sourceRoute(), path);
        return new KnownPage(page.ofRoute(rendered.route()), rendered.sourceRoute(), key, rendered.revalidate());
    }

    /**
     * Returns the site that was built.
     *
     * @return the site
     */
    public Site site() {
        return site;
    }

    /**
     * Returns how the site's server uses its tag table.
     *
     * @return the mode; empty if it is none of OpenNext's own on DynamoDB
     */
    public Optional<TagCacheMode> tagCacheMode() {
        return tagCacheMode;
    }

    /**
     * Returns the folder of stored pages in the bucket.
     *
     * @return the prefix, such as {@code _cache}
     */
    public String cachePrefix() {
        return cachePrefix;
    }

    /**
     * Returns the secret for rendering on demand.
     *
     * @return the preview ID; empty if the manifest holds none
     */
    public Optional<PreviewId> previewId() {
        return previewId;
    }

    /**
     * Lists the rules of {@code headers()} in {@code next.config} that send a header, in their order; of those that match a
     * request the last wins.
     *
     * @param name the header's name, in any case
     * @return the rules as the build wrote them, base path and locales in front; empty if none sends it
     */
    public List<PageTags.HeaderRule> headerRules(String name) {
        return manifests.headerRules(Objects.requireNonNull(name, "name"));
    }

    /**
     * Returns the pages that the build rendered.
     *
     * @return the pages, those of each locale apart
     */
    public List<KnownPage> pages() {
        return pages;
    }

    /**
     * Returns the patterns of all dynamic routes that have stored pages.
     *
     * @return the patterns, such as {@code /docs/[[...path]]}
     */
    public Set<String> routes() {
        return routes;
    }

    /**
     * Returns the route behind a route-scoped key.
     *
     * @param key a page's cache key
     * @return the route as cache keys name it; empty for plain keys and routes of other builds
     */
    public Optional<String> sourceRouteOf(CacheKey key) {
        return key.routeHash().map(sourceRoutes::get);
    }

    /**
     * Tells whether the site can render a page again once its entry is gone. Pages of routes with
     * {@code dynamicParams = false} or {@code fallback: false}, and the shells of routes, must stay.
     *
     * @param key a page's cache key
     * @return whether deleting its entry does no lasting harm; false if that is not known
     */
    public boolean renderable(CacheKey key) {
        Optional<String> source = sourceRouteOf(key);
        if (source.isPresent()) {
            return !closedRoutes.contains(source.get());
        }
        return pages.stream()
                .filter(page -> page.key().equals(key)
                        || CacheKey.plain(localizedPath(page)).equals(key))
                .findFirst()
                .map(page -> !closedRoutes.contains(page.sourceRoute()))
                .orElse(key.format() == CacheKey.Format.PLAIN && closedRoutes.isEmpty());
    }

    private static String localizedPath(KnownPage known) {
        String locale = known.page().locale();
        String path = known.page().path();
        return locale == null ? path : path.equals("/") ? "/" + locale : "/" + locale + path;
    }

    /** Returns a text without the preview ID. */
    @Override
    public String toString() {
        return "OpenNextBuild[" + site.nextBuildId() + ", " + pages.size() + " pages]";
    }
}
