package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.PurgewiseException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Chooses between output for programs and for people. */
final class OutputOptions {

    /** Is one of the two forms. */
    static final class Form {

        @Option(names = "--json", description = "Print JSON, one object a line: the default.")
        boolean json;

        @Option(names = "--human", description = "Print text for people.")
        boolean human;
    }

    @ArgGroup
    @Nullable
    Form form;

    @Option(names = "--progress", description = "Show progress on standard error even where that is no terminal.")
    boolean progress;

    boolean human() {
        return form != null && form.human;
    }

    Progress progress() {
        return Progress.shown(progress);
    }

    /** Prints in UTF-8 whatever the terminal's default is, as the JSON forms demand. */
    static PrintWriter out() {
        return new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    }

    /** Says that nothing could be done. */
    int failed(PrintWriter out, PurgewiseException failure) {
        if (human()) {
            out.println("Failed: " + failure.getMessage());
        } else {
            ObjectNode json = JsonLines.JSON.createObjectNode();
            out.println(json.put("error", failure.getMessage()).put("done", false));
        }
        out.flush();
        return 1;
    }
}
