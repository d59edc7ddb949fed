package io.purgewise.examples.modulepath;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Runs on the module path; the libraries' packages would not be found there if a descriptor forgot something. */
class ProductSavedTest {

    @Test
    void allThreeLibrariesWorkAsNamedModules() throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ProductSaved.run(new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8).lines().map(line -> line.replaceAll("@.*", "")))
                .containsExactly(
                        "cleared [/products/7, /products/7?*]",
                        "module io.purgewise.core",
                        "module io.purgewise.aws",
                        "module io.purgewise.testkit",
                        "module io.purgewise.examples.modulepath");
    }
}
