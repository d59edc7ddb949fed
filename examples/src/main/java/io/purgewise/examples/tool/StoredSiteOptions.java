package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.aws.S3BuildId;
import io.purgewise.aws.S3IncrementalCache;
import io.purgewise.aws.TagIndexStore;
import io.purgewise.cache.BuildIds;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Rewrite;
import io.purgewise.site.Site;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.s3.S3Client;

/** Describes a site and where its pages are stored on the command line. */
class StoredSiteOptions {

    /** Says that the build ID is the one that the last deploy put next to the site's assets. */
    static final String AUTO = "auto";

    @Option(
            names = "--build-id",
            defaultValue = AUTO,
            description = "The Next build ID, as in .next/BUILD_ID; default: " + AUTO
                    + ", which reads what the last deploy put into the bucket (_assets/BUILD_ID below the base path).")
    String buildId = AUTO;

    @Option(
            names = "--cache-build-id",
            description = "The build ID in S3 keys and table rows, for apps with a deploymentId.")
    @Nullable
    String cacheBuildId;

    @Option(
            names = "--bucket",
            required = true,
            defaultValue = "${env:CACHE_BUCKET_NAME}",
            description = "OpenNext's cache bucket; default: CACHE_BUCKET_NAME.")
    String bucket = "";

    @Option(
            names = "--prefix",
            defaultValue = "${env:CACHE_BUCKET_KEY_PREFIX:-_cache}",
            description = "Where pages are kept in the bucket; default: CACHE_BUCKET_KEY_PREFIX, else _cache.")
    String prefix = "_cache";

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
            names = "--both-slash-forms",
            description = "The site answers with and without a slash at the end (skipTrailingSlashRedirect).")
    boolean bothSlashForms;

    @Option(
            names = "--rewrites",
            paramLabel = "FILE",
            description =
                    "Rewrites from visitors' paths to stored pages, as a JSON list in the spelling of next.config: "
                            + "[{\"source\":\"/:path*\",\"destination\":\"/en/:path*\"}].")
    @Nullable
    Path rewrites;

    @Option(
            names = "--domains",
            paramLabel = "FILE",
            description = "i18n.domains of next.config.js, as a JSON list: "
                    + "[{\"domain\":\"example.nl\",\"defaultLocale\":\"nl\"}].")
    @Nullable
    Path domains;

    /** Describes the site; reads its build ID if that was asked for. */
    Site site(S3Client s3) {
        List<Rewrite> rewritten = rewrites == null ? List.of() : SiteJson.rewrites(SiteJson.listIn(rewrites));
        List<JsonNode> domainList = domains == null ? List.of() : SiteJson.listIn(domains);
        BuildId next = nextBuildId(s3);
        Site.Builder builder = Site.builder(next)
                .basePath(basePath)
                .trailingSlash(trailingSlash)
                .rewrites(rewritten)
                .queryStringsInCacheKey(!noQueryStrings);
        if (cacheBuildId != null) {
            builder.cacheBuildId(BuildId.of(cacheBuildId));
        } else if (next.value().equals(BuildIds.HIDDEN)) {
            builder.cacheBuildId(BuildIds.parse(
                    S3BuildId.of(s3, bucket, basePath).lookingInto(prefix).get()));
        }
        if (nextVersion != null) {
            builder.nextVersion(NextVersion.parse(nextVersion));
        }
        if (locales.isEmpty() && defaultLocale != null) {
            throw new IllegalArgumentException("--default-locale " + defaultLocale + " needs --locales");
        }
        if (!locales.isEmpty()) {
            builder.locales(locales, defaultLocale == null ? locales.get(0) : defaultLocale);
        }
        if (bothSlashForms) {
            builder.bothSlashForms(true);
        }
        SiteJson.addDomains(builder, domainList);
        return builder.build();
    }

    S3IncrementalCache cache(S3Client s3) {
        return S3IncrementalCache.of(s3, bucket, prefix);
    }

    private BuildId nextBuildId(S3Client s3) {
        if (!buildId.equals(AUTO)) {
            if (buildId.equals(BuildIds.HIDDEN) && cacheBuildId == null) {
                throw new IllegalArgumentException("--build-id " + buildId
                        + " is what Next.js writes for every app with a deploymentId; give that as --cache-build-id");
            }
            return BuildId.of(buildId);
        }
        String found = S3BuildId.of(s3, bucket, basePath).get();
        // What hides a deployment ID is the Next build ID all the same; the other one is given, or found in the caches.
        return found.strip().equals(BuildIds.HIDDEN) ? BuildId.of(found.strip()) : BuildIds.parse(found);
    }

    /** Takes {@code s3://bucket/key} or the name of a file; nothing is written where OpenNext keeps its own objects. */
    TagIndexStore tagIndexStore(S3Client s3, String place) {
        if (!place.startsWith("s3://")) {
            return TagIndexStore.inFile(Path.of(place));
        }
        int slash = place.indexOf('/', "s3://".length());
        if (slash < 0 || slash == place.length() - 1) {
            throw new IllegalArgumentException("a place in S3 looks like s3://bucket/key, but was " + place);
        }
        String name = place.substring("s3://".length(), slash);
        String key = place.substring(slash + 1);
        boolean ours = prefix.isEmpty() || key.startsWith(prefix + "/") || key.matches("_assets(/.*)?");
        if (name.equals(bucket) && ours) {
            throw new IllegalArgumentException(place + " lies where OpenNext keeps its own objects, "
                    + (prefix.isEmpty()
                            ? "which is the whole bucket; take another bucket or a file"
                            : "below " + prefix + " and _assets; take another key such as purgewise/tags"));
        }
        return TagIndexStore.inBucket(s3, name, key);
    }
}
