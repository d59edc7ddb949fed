package io.purgewise.examples.tool;

import io.purgewise.PurgewiseException;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Preview;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes changes visible on a real site. */
@Command(
        name = "revalidate",
        mixinStandardHelpOptions = true,
        description = {
            "Marks what changed in OpenNext's caches, clears it at CloudFront, and prints the receipt.",
            "",
            "tag:NAME is everything with a cache tag, path:/P a page of either router, route:/blog/[slug] all pages of a route "
                    + "and layout:/blog all below a layout, both as the app's folders spell them.",
            "",
            "AWS is found as usual: AWS_REGION, credentials, and AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_S3 and "
                    + "AWS_ENDPOINT_URL_CLOUDFRONT for emulators."
        },
        exitCodeListHeading = Purgewise.EXIT_CODES,
        exitCodeList = {Purgewise.DONE, Purgewise.NOT_ALL_DONE, Purgewise.BAD_USAGE},
        footerHeading = "%n",
        footer = {"Example: purgewise revalidate --table next-tags --bucket site --distribution E2EX tag:products"})
final class RevalidateCommand implements Callable<Integer> {

    @Mixin
    private SiteOptions site = new SiteOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--dry-run", description = "Read, plan and print, but write nothing.")
    private boolean dryRun;

    @Option(
            names = "--wait",
            description = "Wait at the most this long for CloudFront to clear everything, as ISO-8601 such as PT1M.")
    private @Nullable Duration patience;

    @Parameters(arity = "1..*", paramLabel = "CHANGE", description = "tag:NAME, path:/P, route:/R or layout:/R")
    private List<String> changes = List.of();

    @Override
    public Integer call() throws InterruptedException {
        List<Change> parsed = changes.stream().map(Change::parse).toList();
        try (AwsSite aws = AwsSite.connect(site);
                Progress progress = output.progress()) {
            Revalidator revalidator = aws.revalidator(progress);
            return dryRun ? preview(progress, revalidator, parsed) : revalidate(progress, revalidator, parsed);
        } catch (PurgewiseException nothingDone) {
            return output.failed(nothingDone);
        }
    }

    private int preview(Progress progress, Revalidator revalidator, List<Change> parsed) {
        Preview preview = revalidator.preview(parsed);
        progress.wipe();
        if (output.human()) {
            HumanText.print(output.out(), preview);
        } else {
            output.out().json(ReceiptJson.of(preview));
        }
        return preview.problems().isEmpty() ? 0 : 1;
    }

    private int revalidate(Progress progress, Revalidator revalidator, List<Change> parsed)
            throws InterruptedException {
        Receipt receipt = revalidator.revalidate(parsed);
        boolean cleared = patience == null || receipt.await(patience);
        progress.wipe();
        if (output.human()) {
            HumanText.print(output.out(), receipt, patience != null, cleared);
        } else {
            output.out().json(ReceiptJson.of(receipt));
        }
        return cleared && receipt.problems().isEmpty() ? 0 : 1;
    }
}
