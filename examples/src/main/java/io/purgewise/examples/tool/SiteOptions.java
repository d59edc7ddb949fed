package io.purgewise.examples.tool;

import io.purgewise.cache.TagCacheMode;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Site;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Describes a site on the command line. */
final class SiteOptions {

    /** Names the two table modes as OpenNext's documentation does. */
    enum Mode {
        original(TagCacheMode.ORIGINAL),
        next(TagCacheMode.NEXT_MODE);

        private final TagCacheMode mode;

        Mode(TagCacheMode mode) {
            this.mode = mode;
        }
    }

    @Option(names = "--build-id", required = true, description = "The Next build ID, as in .next/BUILD_ID.")
    String buildId = "";

    @Option(
            names = "--cache-build-id",
            description = "The build ID in S3 keys and table rows, for apps with a deploymentId.")
    @Nullable
    String cacheBuildId;

    @Option(names = "--table", required = true, description = "OpenNext's tag table.")
    String table = "";

    @Option(names = "--bucket", required = true, description = "OpenNext's cache bucket.")
    String bucket = "";

    @Option(
            names = "--prefix",
            defaultValue = "_cache",
            description = "CACHE_BUCKET_KEY_PREFIX; default: ${DEFAULT-VALUE}.")
    String prefix = "_cache";

    @Option(
            names = "--distribution",
            required = true,
            description = "A CloudFront distribution; may be given several times.")
    List<String> distributions = List.of();

    @Option(
            names = "--mode",
            defaultValue = "original",
            description = "The tag cache: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    Mode mode = Mode.original;

    @Option(names = "--next-version", description = "The site's version of Next.js, such as 16.4.6.")
    @Nullable
    String nextVersion;

    @Option(names = "--base-path", defaultValue = "", description = "basePath of next.config.js.")
    String basePath = "";

    @Option(names = "--trailing-slash", description = "trailingSlash of next.config.js.")
    boolean trailingSlash;

    @Option(names = "--locales", split = ",", description = "i18n.locales of next.config.js, with commas between.")
    List<String> locales = List.of();

    @Option(names = "--default-locale", description = "i18n.defaultLocale of next.config.js.")
    @Nullable
    String defaultLocale;

    @Option(names = "--no-query-strings", description = "The CDN's cache key holds no query strings.")
    boolean noQueryStrings;

    @Option(
            names = "--list-pages",
            description = "List the build's stored pages first, so that wildcards can spare the others.")
    boolean listPages;

    @Option(
            names = "--render",
            description = "Render pages anew at this URL before clearing, such as https://example.com.")
    @Nullable
    URI render;

    @Option(
            names = "--preview-id",
            description =
                    "previewModeId of prerender-manifest.json, for --render; better given as PURGEWISE_PREVIEW_ID.",
            defaultValue = "${env:PURGEWISE_PREVIEW_ID}")
    @Nullable
    String previewId;

    Site site() {
        Site.Builder builder = Site.builder(BuildId.of(buildId))
                .basePath(basePath)
                .trailingSlash(trailingSlash)
                .queryStringsInCacheKey(!noQueryStrings);
        if (cacheBuildId != null) {
            builder.cacheBuildId(BuildId.of(cacheBuildId));
        }
        if (nextVersion != null) {
            builder.nextVersion(NextVersion.parse(nextVersion));
        }
        if (!locales.isEmpty()) {
            builder.locales(locales, defaultLocale == null ? locales.get(0) : defaultLocale);
        }
        return builder.build();
    }

    TagCacheMode tagCacheMode() {
        return mode.mode;
    }
}
