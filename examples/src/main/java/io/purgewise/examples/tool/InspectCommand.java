package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.PurgewiseException;
import io.purgewise.aws.BuildInspection;
import io.purgewise.aws.OpenNextBuild;
import io.purgewise.cache.CacheEntry;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Site;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what stands in a build's cache. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = {
            "Lists a build's stored pages: kind, age, revalidate time, tags, and which pages the server keeps for a shorter time "
                    + "than the build planned.",
            "",
            "Such a page takes on the shortest time of all its fetches; OpenNext documents a patch of fetch for it. The planned "
                    + "times stand in the build's output, so give --build-output to see them."
        },
        exitCodeListHeading = Purgewise.EXIT_CODES,
        exitCodeList = {
            Purgewise.DONE,
            "1:an object is corrupt, a live page is not tagged as it should be, or the bucket cannot be read",
            Purgewise.BAD_USAGE
        },
        footerHeading = "%n",
        footer = "Example: purgewise inspect --bucket site --human")
final class InspectCommand implements Callable<Integer> {

    @Mixin
    private StoredSiteOptions site = new StoredSiteOptions();

    @Mixin
    private LivePages live = new LivePages();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(
            names = "--build-output",
            paramLabel = "FOLDER",
            description = "The app's folder with .next and .open-next as built; needs --next-version.")
    private @Nullable Path buildOutput;

    @Override
    public Integer call() {
        Output out = output.out();
        checkBuildOutput();
        try (Progress progress = output.progress();
                AwsClients aws = AwsClients.connect()) {
            OpenNextBuild planned = planned();
            Site described = site.site(aws.s3());
            BuildInspection inspection = BuildInspection.of(
                    site.cache(aws.s3()),
                    described.cacheBuildId(),
                    planned,
                    Instant.now(),
                    progress.counting("reading pages"));
            progress.wipe();
            boolean well = live.check(described, site.cache(aws.s3()), output)
                    && inspection.corrupt().isEmpty();
            print(out, inspection, well);
            return well ? 0 : 1;
        } catch (PurgewiseException failure) {
            return output.failed(failure);
        }
    }

    private void checkBuildOutput() {
        if (buildOutput != null) {
            SettingException.checkReadable(buildOutput);
            if (site.nextVersion == null) {
                throw new IllegalArgumentException("--build-output needs --next-version");
            }
        }
    }

    private @Nullable OpenNextBuild planned() {
        return buildOutput == null || site.nextVersion == null
                ? null
                : OpenNextBuild.read(buildOutput, NextVersion.parse(site.nextVersion), null);
    }

    private void print(Output out, BuildInspection inspection, boolean well) {
        if (output.human()) {
            inspection.pages().forEach(page -> print(out, page));
            inspection.corrupt().forEach(name -> out.line("corrupt: %s", name));
            long shortened = inspection.pages().stream()
                    .filter(BuildInspection.PageReport::shortened)
                    .count();
            out.line(
                    "%s, %,d fetches, %s kept for a shorter time than planned, %s",
                    HumanText.count(inspection.pages().size(), "page"),
                    inspection.fetches(),
                    HumanText.count(shortened, "page"),
                    HumanText.count(inspection.corrupt().size(), "corrupt object"));
        } else {
            inspection.pages().forEach(page -> out.json(json(page)));
            ObjectNode end = JsonLines.JSON.createObjectNode();
            end.put("pages", inspection.pages().size()).put("fetches", inspection.fetches());
            ArrayNode corrupt = end.putArray("corrupt");
            inspection.corrupt().forEach(corrupt::add);
            out.json(end.put("done", well));
        }
    }

    private static ObjectNode json(BuildInspection.PageReport page) {
        CacheEntry entry = page.entry();
        ObjectNode json = JsonLines.JSON.createObjectNode();
        json.put("path", entry.key().pathname()).put("key", entry.key().value());
        json.put("kind", entry.kind().name()).put("status", entry.status());
        json.put("ageSeconds", page.age().toSeconds());
        json.put("revalidateSeconds", seconds(entry.revalidate()));
        json.put("plannedSeconds", seconds(page.planned()));
        json.put("shortened", page.shortened());
        ArrayNode tags = json.putArray("tags");
        entry.tags().forEach(tags::add);
        return json;
    }

    private static @Nullable Long seconds(@Nullable Duration duration) {
        return duration == null ? null : duration.toSeconds();
    }

    private static void print(Output out, BuildInspection.PageReport page) {
        CacheEntry entry = page.entry();
        Duration revalidate = entry.revalidate();
        Duration planned = page.planned();
        StringBuilder times = new StringBuilder();
        if (entry.status() != 200) {
            times.append("  status ").append(entry.status());
        }
        if (revalidate != null) {
            times.append("  revalidates after ").append(HumanText.duration(revalidate));
        }
        if (page.shortened()) {
            times.append("  BUT PLANNED ").append(planned == null ? "never" : HumanText.duration(planned));
        } else if (planned != null && revalidate == null) {
            times.append("  planned to revalidate after ").append(HumanText.duration(planned));
        }
        out.line(
                "%-40s %-8s %12s old%s",
                entry.key().pathname(),
                entry.kind().name().toLowerCase(Locale.ROOT),
                HumanText.duration(page.age()),
                times);
        if (!entry.tags().isEmpty()) {
            out.line("    %s", String.join(", ", entry.tags()));
        }
    }
}
