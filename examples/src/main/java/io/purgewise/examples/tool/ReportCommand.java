package io.purgewise.examples.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.examples.tool.ReportInput.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws a plan as a page with pictures that needs nothing but a browser. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Draws a plan as one HTML page with pictures, which works offline.",
            "",
            "PLAN.json holds a planning problem as \"purgewise plan\" reads it (it is planned first), a plan as it writes it, or a"
                    + " receipt of \"purgewise revalidate\". Only a problem with \"known\" URLs shows what is spared."
        },
        footerHeading = "%n",
        footer = "Example: purgewise report plan.json -o report.html --site example.com")
final class ReportCommand implements Callable<Integer> {

    private static final String DATA_MARK = "/*DATA*/";

    @Parameters(paramLabel = "PLAN.json", description = "What to draw.")
    private Path plan = Path.of("plan.json");

    @Option(
            names = {"-o", "--output"},
            required = true,
            description = "The page to write.")
    private Path output = Path.of("report.html");

    @Option(
            names = "--site",
            description = "What to call the site, such as example.com; default: a receipt's distributions.")
    private @Nullable String site;

    @Option(names = "--build", description = "The site's build ID; default: a receipt's.")
    private @Nullable String build;

    @Override
    public Integer call() throws IOException {
        JsonNode json = parsed(Files.readAllBytes(SettingException.checkReadable(plan)));
        Files.writeString(output, page(ReportInput.of(json, Subject.of(json, site, build, Instant.now()))));
        return 0;
    }

    private JsonNode parsed(byte[] bytes) throws IOException {
        try {
            return JsonLines.JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    plan + " is no JSON: " + JsonFields.shortened(e.getOriginalMessage()), e);
        }
    }

    static String page(ReportInput input) throws IOException {
        // What a script element may not hold in a row is taken apart, which JSON allows inside strings.
        String data = JsonLines.JSON.writeValueAsString(ReportData.of(input)).replace("<", "\\u003c");
        try (InputStream template =
                Objects.requireNonNull(ReportCommand.class.getResourceAsStream("report.html"), "report.html")) {
            return new String(template.readAllBytes(), StandardCharsets.UTF_8).replace(DATA_MARK, data);
        }
    }
}
