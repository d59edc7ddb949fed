package io.purgewise.examples.tool;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Starts the {@code purgewise} tool. */
@Command(
        name = "purgewise",
        description =
                "Shows changed content on a Next.js site that OpenNext runs on AWS, at once and at the lowest price.",
        subcommands = {
            UrlsCommand.class,
            PlanCommand.class,
            NamesCommand.class,
            RevalidateCommand.class,
            ReportCommand.class,
            FakeCloudFrontCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        version = "purgewise 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all is done", "1:something was not done; the output says what", "2:the command line is wrong"
        })
public final class Purgewise {

    private Purgewise() {}

    /**
     * Runs the tool and exits with its code.
     *
     * @param args a command and its arguments
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Purgewise()).execute(args));
    }
}
