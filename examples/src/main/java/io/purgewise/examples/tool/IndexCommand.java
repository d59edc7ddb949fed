package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.PurgewiseException;
import io.purgewise.aws.KnownUrls;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.TagIndex;
import io.purgewise.cache.UnknownBuildException;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Builds the indexes that {@code revalidate} takes, or brings them up to date. */
@Command(
        name = "index",
        mixinStandardHelpOptions = true,
        description = {
            "Builds or refreshes what \"purgewise revalidate\" may know in advance: the tags of stored pages, and the site's URLs.",
            "",
            "The tags of a page are read once and again when its ETag changes. A run that was stopped is taken up by the next. "
                    + "The index of URLs is built anew from the stored pages or the logs, and the files given."
        },
        exitCodeListHeading = Purgewise.EXIT_CODES,
        exitCodeList = {
            Purgewise.DONE,
            "1:an object or a line of a log is corrupt and was left out, or something cannot be read or written",
            Purgewise.BAD_USAGE
        },
        footerHeading = "%n",
        footer = "Example: purgewise index --bucket site --tags s3://site/purgewise/tags --urls urls.index")
final class IndexCommand implements Callable<Integer> {

    @Mixin
    private StoredSiteOptions site = new StoredSiteOptions();

    @Option(
            names = "--tags",
            paramLabel = "PLACE",
            description = "The index of tags: a file, or s3://bucket/key outside OpenNext's prefixes.")
    private @Nullable String tags;

    @Option(names = "--urls", paramLabel = "FILE", description = "The index of URLs: a file.")
    private @Nullable Path urls;

    @Option(
            names = "--sitemap",
            paramLabel = "FILE",
            description = "A sitemap whose URLs go into --urls; may be given several times.")
    private List<Path> sitemaps = List.of();

    @Option(
            names = "--text",
            paramLabel = "FILE",
            description =
                    "A list of URLs for --urls, one a line, with a weight after a space if they differ; may be given "
                            + "several times.")
    private List<Path> texts = List.of();

    @Option(
            names = "--logs",
            paramLabel = "DIR",
            description =
                    "A folder of CloudFront's standard logs (legacy, or v2 as w3c or JSON; *.gz or not), such as those of "
                            + "a day, by whose requests the URLs of --urls are weighed. Then stored pages that nobody asked for are left "
                            + "out, since evicting them costs nothing.")
    private @Nullable Path logs;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        if (tags == null && urls == null) {
            throw new IllegalArgumentException("nothing to build: give --tags or --urls or both");
        }
        if (urls == null && !(sitemaps.isEmpty() && texts.isEmpty() && logs == null)) {
            throw new IllegalArgumentException("--sitemap, --text and --logs need --urls");
        }
        sitemaps.forEach(SettingException::checkReadable);
        texts.forEach(SettingException::checkReadable);
        if (logs != null) {
            SettingException.checkReadable(logs);
        }
        Output out = output.out();
        try (Progress progress = output.progress();
                AwsClients aws = AwsClients.connect()) {
            Site described = site.site(aws.s3());
            IncrementalCache cache = site.cache(aws.s3());
            int exitCode = 0;
            if (tags != null) {
                List<String> corrupt = new ArrayList<>();
                long[] counts = new long[2];
                Consumer<TagIndex.Step> shown = progress.steps("reading tags");
                TagIndex index = site.tagIndexStore(aws.s3(), tags).refresh(cache, described.cacheBuildId(), step -> {
                    counts[0] += step.listed();
                    counts[1] += step.read();
                    corrupt.addAll(step.corrupt());
                    shown.accept(step);
                });
                progress.wipe();
                if (counts[0] == 0) {
                    throw new UnknownBuildException(
                            described.cacheBuildId().value(),
                            "nothing of it is stored; check the build ID, the bucket and the prefix");
                }
                print(out, index, counts, corrupt);
                exitCode = corrupt.isEmpty() ? 0 : 1;
            }
            if (urls != null) {
                Optional<KnownUrls.Traffic> traffic =
                        Optional.ofNullable(logs).map(folder -> traffic(folder, progress));
                UrlIndex index = known(traffic, cache, described, progress);
                KnownUrls.save(index, urls);
                progress.wipe();
                print(out, index, traffic);
                exitCode = traffic.isPresent() && traffic.get().malformed() > 0 ? 1 : exitCode;
            }
            return exitCode;
        } catch (PurgewiseException failure) {
            return output.failed(failure);
        }
    }

    private static KnownUrls.Traffic traffic(Path folder, Progress progress) {
        ExecutorService two = Executors.newFixedThreadPool(2);
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> logs = files.filter(Files::isRegularFile).sorted().toList();
            return KnownUrls.fromLogs(logs, two, progress.counting("reading logs"));
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException("--logs " + folder + " cannot be listed: " + e.getMessage(), e);
        } finally {
            two.shutdown();
        }
    }

    private void print(Output out, UrlIndex index, Optional<KnownUrls.Traffic> traffic) {
        if (output.human()) {
            out.line("%,d URLs in %s", index.size(), String.valueOf(urls));
            traffic.ifPresent(read -> {
                out.line(
                        "  weighed by %,d requests; %,d others were for nothing that a cache keeps",
                        read.requests(), read.passedOver());
                read.firstMalformed()
                        .ifPresent(first -> out.line("  damaged, left out: %,d lines; %s", read.malformed(), first));
            });
            return;
        }
        ObjectNode json = JsonLines.JSON.createObjectNode();
        json.put("index", String.valueOf(urls)).put("urls", index.size());
        traffic.ifPresent(read -> {
            json.put("requests", read.requests()).put("passedOver", read.passedOver());
            json.put("malformed", read.malformed()).put("missed", read.missed());
            read.firstMalformed().ifPresent(first -> json.put("firstMalformed", first));
        });
        out.json(json.put("done", traffic.isEmpty() || traffic.get().malformed() == 0));
    }

    private UrlIndex known(
            Optional<KnownUrls.Traffic> traffic, IncrementalCache cache, Site described, Progress progress) {
        UrlIndex index = traffic.map(KnownUrls.Traffic::index)
                .orElseGet(() -> KnownUrls.ofPages(
                        cache, described.cacheBuildId(), described, progress.counting("listing pages")));
        LongConsumer lines = progress.counting("reading URLs");
        for (Path sitemap : sitemaps) {
            index = index.plus(KnownUrls.ofSitemap(sitemap, lines));
        }
        for (Path text : texts) {
            index = index.plus(KnownUrls.ofText(text, lines));
        }
        return index;
    }

    private void print(Output out, TagIndex index, long[] counts, List<String> corrupt) {
        Set<String> names = new HashSet<>();
        index.state().values().forEach(page -> names.addAll(page.tags()));
        if (output.human()) {
            out.line(
                    "%,d pages with %,d tags in %s; %,d entries listed, %,d read",
                    index.state().size(), names.size(), String.valueOf(tags), counts[0], counts[1]);
            corrupt.forEach(name -> out.line("  corrupt, left out: %s", name));
            return;
        }
        ObjectNode json = JsonLines.JSON.createObjectNode();
        json.put("index", tags).put("build", index.build().value());
        json.put("pages", index.state().size()).put("tags", names.size());
        json.put("listed", counts[0]).put("read", counts[1]);
        ArrayNode broken = json.putArray("corrupt");
        corrupt.forEach(broken::add);
        out.json(json.put("done", corrupt.isEmpty()));
    }
}
