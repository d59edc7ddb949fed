package io.purgewise.examples.tool;

import picocli.AutoComplete;
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
            InspectCommand.class,
            IndexCommand.class,
            GcCommand.class,
            ReportCommand.class,
            FakeCloudFrontCommand.class,
            AutoComplete.GenerateCompletion.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        version = "purgewise 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = Purgewise.EXIT_CODES,
        exitCodeList = {Purgewise.DONE, Purgewise.NOT_ALL_DONE, Purgewise.BAD_USAGE},
        footerHeading = "%n",
        footer = "Completion in bash and zsh: source <(purgewise generate-completion)")
public final class Purgewise {

    static final String EXIT_CODES = "%nExit codes:%n";
    static final String DONE = "0:all is done";
    static final String NOT_ALL_DONE = "1:something was not done; the output says what";
    static final String BAD_USAGE = "2:the command line is wrong; nothing was done";

    private Purgewise() {}

    /**
     * Runs the tool and exits with its code.
     *
     * @param args a command and its arguments
     */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Purgewise()).setExecutionExceptionHandler((failure, command, parsed) -> {
            // Values are checked where they are used, before anything is sent.
            boolean usage = failure instanceof IllegalArgumentException;
            command.getErr().println(usage ? failure.getMessage() : failure.toString());
            if (usage) {
                command.getErr().println("See purgewise " + command.getCommandName() + " --help");
            }
            return usage ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
        });
    }
}
