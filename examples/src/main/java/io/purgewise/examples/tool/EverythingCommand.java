package io.purgewise.examples.tool;

import io.purgewise.revalidate.Change;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Makes a whole site fresh. */
@Command(
        name = "everything",
        mixinStandardHelpOptions = true,
        description = {
            "Marks every stored page and clears the whole site at CloudFront: after a change of layout or data that no tag names, "
                    + "or once after cache tags were turned on.",
            "",
            "It costs one path, and every page is fetched and rendered again. The same as \"purgewise revalidate everything\"."
        },
        exitCodeListHeading = Purgewise.EXIT_CODES,
        exitCodeList = {Purgewise.DONE, Purgewise.NOT_ALL_DONE, Purgewise.BAD_USAGE},
        footerHeading = "%n",
        footer = {"Example: purgewise everything --table next-tags --bucket site --distribution E2EX --dry-run"})
final class EverythingCommand extends ClearingCommand implements Callable<Integer> {

    @Override
    public Integer call() throws InterruptedException {
        return clear(List.of(Change.everything()));
    }
}
