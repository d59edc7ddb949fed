package io.purgewise.examples.tool;

import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.aws.DynamoTagCache;
import io.purgewise.aws.HttpPageRenderer;
import io.purgewise.aws.KnownUrls;
import io.purgewise.aws.PreviewId;
import io.purgewise.aws.TagIndexStore;
import io.purgewise.cache.BuildIds;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagIndex;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.plan.UrlIndex;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.PageTags;
import io.purgewise.site.Site;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Connects a site that is described on the command line with AWS, as the environment says. The command line names the builds, the
 * known URLs and the index of tags that {@code PurgewiseAws} finds by itself, so that little of it would be left here.
 */
final class AwsSite implements AutoCloseable {

    /** How many calls go on at the same time, to the table and, the stored pages being larger, to the bucket. */
    private static final int TABLE_CALLS = 32;

    private static final int BUCKET_CALLS = 16;

    private final SiteOptions options;
    private final AwsClients aws;
    private final Site site;
    private final ExecutorService calls = Executors.newFixedThreadPool(TABLE_CALLS);

    private AwsSite(SiteOptions options, AwsClients aws) {
        this.options = options;
        this.aws = aws;
        site = options.site(aws.s3());
    }

    static AwsSite connect(SiteOptions options) {
        options.check();
        AwsClients clients = AwsClients.connect();
        try {
            return new AwsSite(options, clients);
        } catch (RuntimeException e) {
            clients.close();
            throw e;
        }
    }

    Site site() {
        return site;
    }

    Revalidator revalidator(Progress progress) {
        InstantSource clock = InstantSource.system();
        Ambient.Pause pause = duration -> Thread.sleep(duration.toMillis());
        RandomGenerator random = new SecureRandom();
        IncrementalCache cache = options.cache(aws.s3()).withCallsOn(calls, BUCKET_CALLS);
        TagCacheMode mode = options.tagCacheMode();
        List<DistributionId> distributions =
                options.distributions.stream().map(DistributionId::parse).toList();
        UrlIndex known = knownUrls(cache, progress);
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        new CloudFrontCdn(aws.cloudFront()), new Ambient(clock, pause, random))
                .listener(progress.stages())
                .build();
        List<Clearing> clearings = distributions.stream()
                .distinct()
                .map(each -> options.withPageTags(Clearing.builder(submitter, each))
                        .knownUrls(() -> known)
                        .build())
                .toList();
        Revalidator.Builder builder = Revalidator.builder(site, clearings.get(0))
                .cache(cache)
                .tagCache(
                        DynamoTagCache.builder(aws.dynamo(), options.table)
                                .executor(calls)
                                .build(),
                        mode);
        clearings.stream().skip(1).forEach(builder::clearing);
        if (options.pageTagHeader != null) {
            builder.pageTags(PageTags.ofAllPages());
        }
        List<BuildId> retiring = options.retiring.stream().map(BuildId::of).toList();
        builder.buildIds(now -> new BuildIds.Live(site.cacheBuildId(), retiring));
        builder.slowestRender(options.slowestRender);
        Consumer<TagIndex.Step> steps = progress.steps("reading tags");
        if (options.tagIndex != null) {
            TagIndexStore store = options.tagIndexStore(aws.s3(), options.tagIndex);
            builder.tagIndex(build -> store.refresh(cache, build, steps));
        } else if (!mode.listsEntries()) {
            // In next mode the tags of pages are kept nowhere else.
            builder.tagIndex(build -> TagIndex.empty(build).refreshed(cache, Integer.MAX_VALUE, steps));
        }
        if (options.render != null) {
            if (options.previewId == null) {
                throw new IllegalArgumentException(
                        "--render needs the preview ID: set PURGEWISE_PREVIEW_ID or give --preview-id");
            }
            builder.renderer(HttpPageRenderer.builder(
                            HttpClient.newHttpClient(), options.render, PreviewId.of(options.previewId), site)
                    .build());
        }
        return builder.build();
    }

    private UrlIndex knownUrls(IncrementalCache cache, Progress progress) {
        UrlIndex known = options.urlIndex == null
                ? UrlIndex.unknown()
                : KnownUrls.load(SettingException.checkReadable(options.urlIndex));
        if (options.listPages) {
            UrlIndex listed = KnownUrls.ofPages(cache, site.cacheBuildId(), site, progress.counting("listing pages"));
            known = known.isUnknown() ? listed : known.plus(listed);
        }
        return known;
    }

    @Override
    public void close() {
        calls.shutdown();
        aws.close();
    }
}
