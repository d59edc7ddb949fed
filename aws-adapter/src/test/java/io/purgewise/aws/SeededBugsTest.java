package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The simulation finds bugs that were put into our own code on purpose, so that its silence means something. */
class SeededBugsTest {

    /** Quiet while it runs, since each fault is a warning. Held, since loggers are forgotten. */
    private static final Logger PURGEWISE = Logger.getLogger("io.purgewise");

    private static final Level LEVEL = PURGEWISE.getLevel();

    @BeforeAll
    static void quiet() {
        PURGEWISE.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        PURGEWISE.setLevel(LEVEL);
    }

    @SuppressWarnings("unchecked")
    private static String found(SeededBug bug) throws Exception {
        Class<?> search = Class.forName(SimulationSearch.class.getName(), true, bug.loaded());
        return ((Callable<String>) search.getDeclaredConstructor().newInstance()).call();
    }

    @Test
    void eachOfAtLeastFiftyBugsFitsItsSource() {
        assertThat(SeededBug.all())
                .hasSizeGreaterThanOrEqualTo(50)
                .allSatisfy(bug -> assertThat(bug.applied()).isNotBlank());
    }

    @Test
    void theFirstBugIsFound() throws Exception {
        assertThat(found(SeededBug.all().get(0))).contains("|");
    }

    /** Prints the table of docs/testing.md; {@code -Dpurgewise.bug=} names one of them. */
    @Test
    @Tag("soak")
    void eachBugIsFoundWithinTenMinutes() throws Exception {
        List<String> notFound = new ArrayList<>();
        String only = System.getProperty("purgewise.bug", "");
        for (SeededBug bug : SeededBug.all()) {
            if (bug.name().contains(only)) {
                long start = System.nanoTime();
                String found = found(bug);
                if (found.isEmpty()) {
                    notFound.add(bug.name());
                }
                System.out.printf("| %s | %s | %.1f s |%n", bug.name(), found, (System.nanoTime() - start) / 1e9);
            }
        }
        assertThat(notFound).isEmpty();
    }
}
