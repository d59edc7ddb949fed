package io.purgewise.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MainJobTest {

    private static String output = "";

    @BeforeAll
    static void runTheMainJob() throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        MainJob.run(new PrintStream(out, true, StandardCharsets.UTF_8));
        output = out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyReaderGetsTheNewPageAfterEachOfTheFiveChanges() {
        Matcher readers = Pattern.compile("readers +(\\d+) of (\\d+) URLs show the new page")
                .matcher(output);
        int changes = 0;
        while (readers.find()) {
            changes++;
            assertThat(readers.group(1)).isEqualTo(readers.group(2)).isNotEqualTo("0");
        }
        assertThat(changes).isEqualTo(5);
    }

    @Test
    void thePageShowsTheRealOutput() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "main-job.md"))).contains(output.strip());
    }
}
