package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.PurgewiseException;
import io.purgewise.aws.OldBuilds;
import io.purgewise.aws.S3BuildId;
import io.purgewise.cache.BuildIds;
import io.purgewise.site.BuildId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Deletes what old builds left in S3 and in the tag table. */
@Command(
        name = "gc",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the builds whose pages, fetches and rows are still stored, and deletes old ones if told so: OpenNext never does.",
            "",
            "The newest builds and the live ones are kept, and so is every folder that may be no build of this site, such as "
                    + "another site's prefix. Nothing goes if a live build is not there, or without --delete."
        },
        exitCodeListHeading = Purgewise.EXIT_CODES,
        exitCodeList = {
            Purgewise.DONE,
            "1:something was not deleted, or not found out; the output says what",
            Purgewise.BAD_USAGE
        },
        footerHeading = "%n",
        footer = "Example: purgewise gc --bucket site --table next-tags --keep 3 --human")
final class GcCommand implements Callable<Integer> {

    @Option(names = "--bucket", required = true, description = "OpenNext's cache bucket.")
    private String bucket = "";

    @Option(names = "--table", required = true, description = "OpenNext's tag table.")
    private String table = "";

    @Option(
            names = "--prefix",
            defaultValue = "_cache",
            description = "CACHE_BUCKET_KEY_PREFIX; default: ${DEFAULT-VALUE}. It must not be empty.")
    private String prefix = "_cache";

    @Option(
            names = "--live",
            defaultValue = StoredSiteOptions.AUTO,
            paramLabel = "BUILD",
            description =
                    "A build that serves visitors, by its cache build ID; may be given several times. Default: auto, which "
                            + "reads what the last deploy put into the bucket (_assets/BUILD_ID below the base path).")
    private List<String> live = List.of(StoredSiteOptions.AUTO);

    @Option(names = "--base-path", defaultValue = "", description = "basePath of next.config.js, for --live auto.")
    private String basePath = "";

    @Option(
            names = "--keep",
            defaultValue = "3",
            paramLabel = "N",
            description = "How many of the newest builds to keep; default: ${DEFAULT-VALUE}.")
    private int keep;

    @Option(names = "--delete", description = "Delete; without it this is a dry run.")
    private boolean delete;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        if (keep < 1) {
            throw new IllegalArgumentException("--keep must keep at least 1 build, but was " + keep);
        }
        Output out = output.out();
        try (Progress progress = output.progress();
                AwsClients aws = AwsClients.connect()) {
            OldBuilds builds = OldBuilds.of(aws.s3(), bucket, prefix, aws.dynamo(), table)
                    .telling(progress.counting(delete ? "listing and deleting" : "listing"));
            List<BuildId> serving = live.stream()
                    .map(id -> id.equals(StoredSiteOptions.AUTO)
                            ? BuildIds.parse(
                                    S3BuildId.of(aws.s3(), bucket, basePath).get())
                            : BuildId.of(id))
                    .toList();
            OldBuilds.Survey survey = builds.survey();
            List<BuildId> garbage = survey.garbage(keep, serving);
            List<OldBuilds.Collected> collected = new ArrayList<>();
            if (delete) {
                garbage.forEach(build -> collected.add(builds.collect(build)));
            }
            progress.wipe();
            print(out, survey, garbage, serving, collected);
            return collected.stream().allMatch(each -> each.failures().isEmpty()) ? 0 : 1;
        } catch (PurgewiseException failure) {
            return output.failed(failure);
        }
    }

    private void print(
            Output out,
            OldBuilds.Survey survey,
            List<BuildId> garbage,
            List<BuildId> serving,
            List<OldBuilds.Collected> collected) {
        for (OldBuilds.Leftover build : survey.builds()) {
            boolean old = garbage.contains(build.build());
            String fate =
                    old ? (delete ? "delete" : "would delete") : serving.contains(build.build()) ? "live" : "keep";
            if (output.human()) {
                out.line(
                        "%-12s %-34s since %s  %,d objects, %s",
                        fate, build.build(), build.deployedAt(), build.objects(), HumanText.bytes(build.bytes()));
            } else {
                ObjectNode json = JsonLines.JSON.createObjectNode();
                json.put("build", build.build().value())
                        .put("deployedAt", build.deployedAt().toString());
                json.put("objects", build.objects()).put("bytes", build.bytes());
                out.json(json.put("live", serving.contains(build.build())).put("garbage", old));
            }
        }
        survey.doubtful().forEach(folder -> print(out, folder));
        boolean done = true;
        for (OldBuilds.Collected each : collected) {
            done &= each.failures().isEmpty();
            if (output.human()) {
                out.line("deleted %s: %,d objects, %,d rows", each.build(), each.objects(), each.rows());
                each.failures().forEach(failure -> out.line("  not deleted: %s", failure));
            } else {
                ObjectNode json = JsonLines.JSON.createObjectNode();
                json.put("deleted", each.build().value());
                json.put("objects", each.objects()).put("rows", each.rows());
                ArrayNode failures = json.putArray("failures");
                each.failures().forEach(failures::add);
                out.json(json);
            }
        }
        if (output.human()) {
            out.line(
                    "%s, %,d of them old%s",
                    HumanText.count(survey.builds().size(), "build"),
                    garbage.size(),
                    delete || garbage.isEmpty() ? "" : "; nothing was deleted, give --delete");
        } else {
            ObjectNode end = JsonLines.JSON.createObjectNode();
            end.put("builds", survey.builds().size()).put("garbage", garbage.size());
            end.put("doubtful", survey.doubtful().size());
            out.json(end.put("dryRun", !delete).put("done", done));
        }
    }

    private void print(Output out, OldBuilds.Doubtful folder) {
        if (output.human()) {
            out.line(
                    "%-12s %-34s %,d objects, %s: %s",
                    "leave", folder.folder(), folder.objects(), HumanText.bytes(folder.bytes()), folder.why());
        } else {
            ObjectNode json = JsonLines.JSON.createObjectNode();
            json.put("folder", folder.folder()).put("doubt", folder.why());
            json.put("objects", folder.objects()).put("bytes", folder.bytes());
            out.json(json.put("garbage", false));
        }
    }
}
