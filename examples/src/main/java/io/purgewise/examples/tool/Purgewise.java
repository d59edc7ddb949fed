package io.purgewise.examples.tool;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Starts the {@code purgewise} tool. */
@Command(
        name = "purgewise",
        description =
                "Shows changed content on a Next.js site that OpenNext runs on AWS, at once and at the lowest price.",
        subcommands = {
            RevalidateCommand.class,
            EverythingCommand.class,
            DoctorCommand.class,
            InspectCommand.class,
            PageTagsCommand.class,
            IndexCommand.class,
            GcCommand.class,
            TableCommand.class,
            ReportCommand.class,
            UrlsCommand.class,
            PlanCommand.class,
            NamesCommand.class,
            FakeCloudFrontCommand.class,
            VerifyAwsCommand.class,
            AutoComplete.GenerateCompletion.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Purgewise.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = Purgewise.EXIT_CODES,
        exitCodeList = {Purgewise.DONE, Purgewise.NOT_ALL_DONE, Purgewise.BAD_USAGE},
        footerHeading = "%n",
        footer = "Completion in bash and zsh: source <(purgewise generate-completion)")
public final class Purgewise {

    static final String EXIT_CODES = "%nExit codes:%n";
    static final String DONE = "0:all is done";
    static final String NOT_ALL_DONE = "1:something was not done; the output says what";
    static final String BAD_USAGE =
            "2:the command line, a file or a setting of AWS is missing or wrong; nothing was done";

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
        return new CommandLine(new Purgewise())
                .setParameterExceptionHandler((mistake, args) -> {
                    CommandLine command = mistake.getCommandLine();
                    if (args.length == 0) {
                        command.usage(command.getErr());
                        return CommandLine.ExitCode.USAGE;
                    }
                    command.getErr().println(Output.escaped(String.valueOf(mistake.getMessage())));
                    CommandLine.UnmatchedArgumentException.printSuggestions(mistake, command.getErr());
                    command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof SettingException) {
                        Output.to(System.out)
                                .json(JsonLines.JSON
                                        .createObjectNode()
                                        .put("error", failure.getMessage())
                                        .put("done", false));
                        return CommandLine.ExitCode.USAGE;
                    }
                    // Values are checked where they are used, before anything is sent.
                    boolean usage = failure instanceof IllegalArgumentException;
                    command.getErr()
                            .println(Output.escaped(usage ? String.valueOf(failure.getMessage()) : failure.toString()));
                    if (usage) {
                        command.getErr().println("See purgewise " + command.getCommandName() + " --help");
                    }
                    return usage ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
                });
    }

    /** Reads the version that the build wrote next to this class. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() throws IOException {
            Properties build = new Properties();
            try (InputStream in = Objects.requireNonNull(
                    Purgewise.class.getResourceAsStream("build.properties"), "build.properties")) {
                build.load(in);
            }
            return new String[] {"purgewise " + build.getProperty("version"), "Java " + Runtime.version()};
        }
    }
}
