package io.purgewise.examples.tool;

import io.purgewise.cache.TagCacheMode;
import io.purgewise.cdn.Clearing;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Describes a site, its tag table and its distributions on the command line. */
final class SiteOptions extends StoredSiteOptions {

    /** Names the two table modes as OpenNext's documentation does. */
    enum Mode {
        original(TagCacheMode.ORIGINAL),
        next(TagCacheMode.NEXT_MODE);

        private final TagCacheMode mode;

        Mode(TagCacheMode mode) {
            this.mode = mode;
        }
    }

    @Option(
            names = "--table",
            required = true,
            defaultValue = "${env:CACHE_DYNAMO_TABLE}",
            description = "OpenNext's tag table; default: CACHE_DYNAMO_TABLE.")
    String table = "";

    @Option(
            names = "--distribution",
            required = true,
            split = ",",
            defaultValue = "${env:CLOUDFRONT_DISTRIBUTION_ID}",
            description = "A CloudFront distribution; may be given several times; default: CLOUDFRONT_DISTRIBUTION_ID.")
    List<String> distributions = List.of();

    @Option(
            names = "--mode",
            defaultValue = "original",
            description = "The tag cache: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    Mode mode = Mode.original;

    @Option(
            names = "--list-pages",
            description = "List the build's stored pages first, so that wildcards can spare the others.")
    boolean listPages;

    @Option(
            names = "--retiring-build",
            description =
                    "A build that a deploy has just replaced, marked and cleared as well; may be given several times.")
    List<String> retiring = List.of();

    @Option(
            names = "--tag-index",
            paramLabel = "PLACE",
            description =
                    "A file or s3://bucket/key that keeps the tags of stored pages from run to run; see purgewise index.")
    @Nullable
    String tagIndex;

    @Option(
            names = "--url-index",
            paramLabel = "FILE",
            description = "The site's known URLs, so that wildcards can spare them; see purgewise index.")
    @Nullable
    Path urlIndex;

    @Option(
            names = "--slowest-render",
            description =
                    "How long a render may take, as ISO-8601 such as PT5S: marks are dated that much later, so that "
                            + "pages whose render began before the change count as old; default: none.")
    Duration slowestRender = Duration.ZERO;

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

    @Option(
            names = "--page-tags",
            paramLabel = "HEADER",
            description =
                    "The header in which the site names each page by a cache tag, by the rules of purgewise page-tags; "
                            + "needs --page-tags-since.")
    @Nullable
    String pageTagHeader;

    @Option(
            names = "--page-tags-since",
            paramLabel = "TIME",
            description =
                    "From when on everything that CloudFront holds carries its tag, such as 2026-11-25T12:00:00Z: when all "
                            + "was cleared after the header was on. Pages are cleared by path until then, and wherever the "
                            + "distribution does not read the header.")
    @Nullable
    Instant pageTagsSince;

    /** Refuses settings that contradict each other, before anything is asked or done. */
    void check() {
        if ((pageTagHeader == null) != (pageTagsSince == null)) {
            throw new IllegalArgumentException("--page-tags and --page-tags-since belong together, but only "
                    + (pageTagHeader == null ? "--page-tags-since " + pageTagsSince : "--page-tags " + pageTagHeader)
                    + " was given");
        }
        if (pageTagHeader != null && pageTagHeader.isBlank()) {
            throw new IllegalArgumentException("--page-tags must be the name of an HTTP header, but was blank");
        }
    }

    /** Has a distribution cleared by page tags, if the site sends them. */
    Clearing.Builder withPageTags(Clearing.Builder clearing) {
        return pageTagHeader == null || pageTagsSince == null
                ? clearing
                : clearing.cacheTags(pageTagHeader, pageTagsSince);
    }

    TagCacheMode tagCacheMode() {
        return mode.mode;
    }
}
