package io.purgewise.site;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds the settings of a site as they were given, see {@link Site.Builder}. Not thread-safe while they are collected. */
final class SiteSettings {

    final BuildId nextBuildId;
    final List<BuildId> previousBuildIds = new ArrayList<>();
    final Map<String, String> domains = new LinkedHashMap<>();

    @Nullable
    BuildId cacheBuildId;

    String basePath = "";
    boolean trailingSlash;

    @Nullable
    Boolean bothSlashForms;

    List<String> locales = List.of();

    @Nullable
    String defaultLocale;

    List<Rewrite> middlewareRewrites = List.of();
    List<Rewrite> rewrites = List.of();

    @Nullable
    VisitorPaths visitorPaths;

    boolean queryStringsInCacheKey = true;

    @Nullable
    NextVersion nextVersion;

    SiteSettings(BuildId nextBuildId) {
        this.nextBuildId = nextBuildId;
    }

    /** Copies the settings for a build of the same site. */
    SiteSettings of(BuildId build) {
        SiteSettings copy = new SiteSettings(build);
        copy.previousBuildIds.addAll(previousBuildIds);
        copy.domains.putAll(domains);
        copy.cacheBuildId = cacheBuildId;
        copy.basePath = basePath;
        copy.trailingSlash = trailingSlash;
        copy.bothSlashForms = bothSlashForms;
        copy.locales = locales;
        copy.defaultLocale = defaultLocale;
        copy.middlewareRewrites = middlewareRewrites;
        copy.rewrites = rewrites;
        copy.visitorPaths = visitorPaths;
        copy.queryStringsInCacheKey = queryStringsInCacheKey;
        copy.nextVersion = nextVersion;
        return copy;
    }

    void addPreviousBuild(BuildId build) {
        if (!build.equals(nextBuildId) && !previousBuildIds.contains(build)) {
            previousBuildIds.add(build);
        }
    }

    /** Puts together what decides under which paths pages are asked for. */
    Routing routing() {
        I18n i18n = new I18n(locales, defaultLocale, domains);
        List<RewriteRule> rules = new ArrayList<>();
        middlewareRewrites.forEach(rewrite -> rules.add(rewrite.rule(basePath, locales)));
        rewrites.forEach(rewrite -> rules.add(rewrite.rule(basePath, locales)));
        boolean both = bothSlashForms == null ? trailingSlash : bothSlashForms;
        boolean linksToVisitorPaths = visitorPaths != null || !middlewareRewrites.isEmpty();
        return new Routing(basePath, trailingSlash, both, i18n, new Rewrites(rules), visitorPaths, linksToVisitorPaths);
    }
}
