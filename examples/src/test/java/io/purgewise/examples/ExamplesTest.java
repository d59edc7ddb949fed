package io.purgewise.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExamplesTest {

    private interface Example {
        void run(LocalAws aws, PrintStream out) throws InterruptedException;
    }

    @Test
    void plainJavaMakesAProductAndAPageVisible() throws InterruptedException {
        String printed = printedBy(PlainJava::run);
        assertThat(printed).endsWith("after:  /products/7 version 2, /gallery version 2\n");
        assertThat(Path.of("..", "docs", "changes.md")).content().contains("```\n" + printed + "```\n");
    }

    @Test
    void anImportEndsInOnePlan() throws InterruptedException {
        assertThat(printedBy(BatchImport::run)).isEqualTo("""
                imported 30 products, the outbox is SUSPENDED
                planned [/products/*]
                carried 30 changes through with 1 invalidation
                all carried through: true
                a reader sees /products/1 version 2 and /products/30 version 2
                """);
    }

    @Test
    void twoInstancesClearEverythingAndPayForNothingTwice() throws InterruptedException {
        assertThat(printedBy(TwoInstances::run)).isEqualTo("""
                first instance accepted tag:product:7
                second instance accepted path:/gallery
                second instance submitted [/gallery, /gallery?*, /products/7]
                second instance submitted [/products/7?*]
                second instance finished 2 changes
                first instance accepted tag:product:8
                first instance gave up, which is safe at any time: the plan is written down
                second instance found out that CloudFront has [/products/8, /products/8?*]
                second instance finished 1 change
                readers see /products/7 version 2, /gallery version 2 and /products/8 version 2
                CloudFront bills 6 paths
                """);
    }

    private static String printedBy(Example example) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LocalAws aws = LocalAws.start()) {
            example.run(aws, new PrintStream(out, true, StandardCharsets.UTF_8));
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
