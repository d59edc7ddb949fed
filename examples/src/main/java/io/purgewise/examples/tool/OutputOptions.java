package io.purgewise.examples.tool;

import io.purgewise.PurgewiseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Chooses between output for programs and for people. */
final class OutputOptions {

    /** Is one of the two forms. */
    static final class Form {

        @Option(names = "--json", description = "Print JSON, one object a line: the default in a pipe.")
        boolean json;

        @Option(names = "--human", description = "Print text for people: the default on a terminal.")
        boolean human;
    }

    @ArgGroup
    @Nullable
    Form form;

    private final Output out = Output.to(System.out);

    @Option(names = "--progress", description = "Show progress on standard error even where that is no terminal.")
    boolean progress;

    boolean human() {
        return form == null ? Progress.isTerminal(System.console()) : form.human;
    }

    /** Starts to show progress, with what every command does first. */
    Progress progress() {
        Progress shown = Progress.shown(progress);
        shown.now("connecting with AWS");
        return shown;
    }

    Output out() {
        return out;
    }

    /** Says that nothing could be done. */
    int failed(PurgewiseException failure) {
        if (human()) {
            out.line("Failed: %s", String.valueOf(failure.getMessage()));
        } else {
            out.json(JsonLines.JSON
                    .createObjectNode()
                    .put("error", failure.getMessage())
                    .put("done", false));
        }
        return 1;
    }
}
