package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.testkit.FreshnessWorld.Outcome;
import io.purgewise.testkit.FreshnessWorld.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Counts what clearing once leaves stale in a CDN of three tiers, and what proving freshness leaves. Each world follows from its seed:
 * {@code new FreshnessWorld(setting, seed).run()} plays one change again.
 */
class FreshnessSimulationTest {

    private static final Duration SLOWEST = Duration.ofSeconds(30);
    private static final int ALL = 40;

    /** How many changes the long form plays in each row. */
    private static final int CHANGES = Integer.getInteger("purgewise.freshness.changes", 3_000);

    /** Quiet while it runs: each repair is a warning. Held, since loggers are forgotten. */
    private static final Logger CLEARING = Logger.getLogger("io.purgewise.cdn.Clearing");

    private static Setting page(double leastReads, double mostReads, int points) {
        return new Setting(
                ALL, false, Duration.ofSeconds(5), leastReads, mostReads, SLOWEST, SLOWEST, null, false, points);
    }

    private static Setting shielded(Setting page) {
        return new Setting(
                page.edges(),
                true,
                page.window(),
                page.leastReads(),
                page.mostReads(),
                page.slowest(),
                page.reckoned(),
                page.revalidate(),
                page.saysAsOf(),
                page.points());
    }

    private static Setting renewed(Setting page) {
        return new Setting(
                page.edges(),
                page.shield(),
                page.window(),
                page.leastReads(),
                page.mostReads(),
                page.slowest(),
                page.reckoned(),
                Duration.ofSeconds(60),
                page.saysAsOf(),
                page.points());
    }

    /** Renderings that are slower than the revalidator was told. */
    private static Setting surprised(Setting page, boolean saysAsOf) {
        return new Setting(
                page.edges(),
                page.shield(),
                page.window(),
                page.leastReads(),
                page.mostReads(),
                page.slowest(),
                Duration.ZERO,
                Duration.ofSeconds(60),
                saysAsOf,
                page.points());
    }

    /** Is what came of many changes. */
    private static final class Row {

        private int stale;
        private int staleSeen;
        private int siteIsOld;
        private int unsaid;
        private int proven;
        private int falseAlarms;
        private int falseComfort;
        private long paths;
        private int changes;
        private final List<Duration> detected = new ArrayList<>();

        void add(Outcome outcome) {
            changes++;
            boolean isProven = outcome.found() != null && outcome.found().isProven();
            stale += outcome.staleEdges() > 0 ? 1 : 0;
            staleSeen += outcome.staleSeen() > 0 ? 1 : 0;
            siteIsOld += outcome.siteIsOld() ? 1 : 0;
            unsaid += isProven && (outcome.siteIsOld() || outcome.staleSeen() > 0) ? 1 : 0;
            proven += isProven ? 1 : 0;
            falseAlarms += outcome.falseAlarms();
            falseComfort += outcome.falseComfort();
            paths += outcome.paths();
            if (outcome.detectedAfter() != null) {
                detected.add(outcome.detectedAfter());
            }
        }

        @Override
        public String toString() {
            Collections.sort(detected);
            return String.format(
                    "%d changes: stale somewhere %d, where it was looked %d, site old %d, called proven and old %d,"
                            + " proven %d, paths +%.2f %%, detected after %s (p99), false alarms %d, false comfort %d",
                    changes,
                    stale,
                    staleSeen,
                    siteIsOld,
                    unsaid,
                    proven,
                    100.0 * (paths - changes) / changes,
                    detected.isEmpty() ? "-" : detected.get((int) (detected.size() * 0.99)),
                    falseAlarms,
                    falseComfort);
        }
    }

    private static Row play(Setting setting, int changes) throws InterruptedException {
        Level before = CLEARING.getLevel();
        CLEARING.setLevel(Level.OFF);
        try {
            Row row = new Row();
            for (int seed = 0; seed < changes; seed++) {
                row.add(new FreshnessWorld(setting, seed).run());
            }
            return row;
        } finally {
            CLEARING.setLevel(before);
        }
    }

    @Test
    void clearingOnceLeavesOldCopiesThatProvingFindsAndClears() throws InterruptedException {
        Row once = play(page(0.001, 1, 0), 40);
        assertThat(once.stale).as("%s", once).isGreaterThan(5);
        for (Setting everywhere : List.of(page(0.001, 1, ALL), shielded(page(0.001, 1, ALL)))) {
            Row row = play(everywhere, 25);
            assertThat(row.stale).as("%s", row).isZero();
            assertThat(row.siteIsOld).as("%s", row).isZero();
            assertThat(row.falseAlarms).as("%s", row).isZero();
            assertThat(row.falseComfort).as("%s", row).isZero();
            assertThat(row.detected).allMatch(each -> each.compareTo(Duration.ofSeconds(30)) < 0);
        }
    }

    /** One point of presence shows what it gives, and says nothing of others. */
    @Test
    void onePointOfPresenceProvesItsOwnCopies() throws InterruptedException {
        Row row = play(page(0.001, 1, 1), 40);
        assertThat(row.staleSeen).as("%s", row).isZero();
        assertThat(row.stale).as("%s", row).isPositive();
        assertThat(row.falseAlarms).isZero();
    }

    @Test
    void aPageThatIsRenewedByItselfRaisesNoFalseAlarm() throws InterruptedException {
        Row row = play(renewed(page(0.001, 1, ALL)), 25);
        assertThat(row.falseAlarms).as("%s", row).isZero();
        assertThat(row.stale).as("%s", row).isZero();
    }

    /** Only the app's own word shows a rendering that was slower than anybody said. */
    @Test
    void theAppsWordShowsAnOldPageThatTheSiteKeeps() throws InterruptedException {
        Row silent = play(surprised(page(0.01, 1, 5), false), 60);
        Row said = play(surprised(page(0.01, 1, 5), true), 60);
        assertThat(silent.unsaid).as("%s", silent).isPositive();
        assertThat(said.unsaid).as("%s", said).isZero();
        assertThat(said.falseAlarms).as("%s", said).isZero();
    }

    /** Prints the table of docs/freshness.md; {@code -Dpurgewise.freshness.changes=} says how many changes a row has. */
    @Test
    @Tag("soak")
    void theFiguresOfTheGuide() throws InterruptedException {
        double[][] popularity = {{0.0001, 0.0003}, {0.001, 0.01}, {0.1, 1}};
        for (double[] reads : popularity) {
            for (int points : new int[] {0, 1, 13, ALL}) {
                Row row = print(reads, points, false, page(reads[0], reads[1], points));
                assertThat(row.falseAlarms).isZero();
                assertThat(row.staleSeen).isZero();
            }
            Row once = print(reads, 0, true, shielded(page(reads[0], reads[1], 0)));
            Row row = print(reads, ALL, true, shielded(page(reads[0], reads[1], ALL)));
            assertThat(row.falseAlarms).isZero();
            assertThat(row.stale).isZero();
            assertThat(once.falseAlarms).isZero();
        }
    }

    private static Row print(double[] reads, int points, boolean shield, Setting setting) throws InterruptedException {
        Row row = play(setting, CHANGES);
        System.out.printf("%s-%s reads/s an edge, %d points, shield %s: %s%n", reads[0], reads[1], points, shield, row);
        return row;
    }
}
