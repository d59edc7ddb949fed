package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.PurgewiseException;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Preview;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Marks and clears changes of a real site, for the commands that differ in what they take for changed. */
abstract class ClearingCommand {

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

    final int clear(List<Change> changes) throws InterruptedException {
        try (Progress progress = output.progress();
                AwsSite aws = AwsSite.connect(site)) {
            Revalidator revalidator = aws.revalidator(progress);
            return dryRun
                    ? preview(aws.site(), progress, revalidator, changes)
                    : revalidate(aws.site(), progress, revalidator, changes);
        } catch (PurgewiseException nothingDone) {
            return output.failed(nothingDone);
        }
    }

    private int preview(Site described, Progress progress, Revalidator revalidator, List<Change> changes) {
        Preview preview = revalidator.preview(changes);
        progress.wipe();
        if (output.human()) {
            HumanText.print(output.out(), preview);
        } else {
            output.out().json(named(described, ReceiptJson.of(preview)));
        }
        return preview.problems().isEmpty() ? 0 : 1;
    }

    private int revalidate(Site described, Progress progress, Revalidator revalidator, List<Change> changes)
            throws InterruptedException {
        Receipt receipt = revalidator.revalidate(changes);
        boolean cleared = patience == null || receipt.await(patience);
        boolean done = cleared && receipt.problems().isEmpty();
        progress.wipe();
        if (output.human()) {
            HumanText.print(output.out(), receipt, patience != null, cleared);
        } else {
            output.out().json(named(described, ReceiptJson.of(receipt).put("done", done)));
        }
        return done ? 0 : 1;
    }

    /** Adds which site a receipt is about, and when it was written. */
    private ObjectNode named(Site described, ObjectNode receipt) {
        ObjectNode about = receipt.putObject("site");
        about.put("buildId", described.nextBuildId().value());
        ArrayNode distributions = about.putArray("distributions");
        site.distributions.forEach(distributions::add);
        return receipt.put("at", Instant.now().toString());
    }
}
