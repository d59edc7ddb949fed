package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.aws.Simulation.Played;
import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Plays schedules of faults in which nothing that was accepted may be lost, nothing paid twice, no reader left with an old page, and
 * budget, quotas and ledger are kept. A schedule follows from its number: {@code -Dpurgewise.simulation.schedule=} plays one again,
 * and says what of it is needed to fail.
 */
class SimulationTest {

    /** How many schedules the long form plays. */
    private static final int MANY = Integer.getInteger("purgewise.simulation.schedules", 100_000);

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

    private static String said(long schedule) {
        Played smallest = Simulation.smallest(schedule);
        return "schedule " + schedule + " with " + smallest.faults() + ": " + smallest.failure();
    }

    @Test
    void inNoScheduleOfFaultsIsAnythingLostPaidTwiceOrStale() {
        long one = Long.getLong("purgewise.simulation.schedule", -1);
        for (long schedule = one < 0 ? 0 : one; schedule <= (one < 0 ? 399 : one); schedule++) {
            Played played = Simulation.play(schedule, Set.of());
            if (played.failure() != null) {
                throw new AssertionError(said(schedule), played.failure());
            }
        }
    }

    /** The same number is the same schedule, whatever ran before it. */
    @Test
    void aScheduleFollowsFromItsNumber() {
        for (long schedule = 1000; schedule < 1010; schedule++) {
            assertThat(Simulation.play(schedule, Set.of()).faults())
                    .isEqualTo(Simulation.play(schedule, Set.of()).faults());
        }
    }

    /** Says as well how many an hour two cores play. */
    @Test
    @Tag("soak")
    void norInAGreatMany() throws InterruptedException {
        AtomicLong next = new AtomicLong(1_000_000);
        AtomicLong played = new AtomicLong();
        AtomicLong faults = new AtomicLong();
        ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        long start = System.nanoTime();
        long cpu = processorTime();
        ExecutorService two = Executors.newFixedThreadPool(2);
        for (int i = 0; i < 2; i++) {
            two.execute(() -> {
                for (long each = next.getAndIncrement();
                        each < 1_000_000L + MANY && failures.size() < 5;
                        each = next.getAndIncrement()) {
                    Played one = Simulation.play(each, Set.of());
                    played.incrementAndGet();
                    faults.addAndGet(one.faults().size());
                    if (one.failure() != null) {
                        failures.add(said(each));
                    }
                }
            });
        }
        two.shutdown();
        assertThat(two.awaitTermination(12, TimeUnit.HOURS)).isTrue();
        double seconds = (System.nanoTime() - start) / 1e9;
        double processor = (processorTime() - cpu) / 1e9;
        System.out.printf(
                "%d schedules with %d faults in %.0f s, %.0f s of processor time: %.0f an hour, %.0f on two idle cores%n",
                played.get(),
                faults.get(),
                seconds,
                processor,
                played.get() / seconds * 3600,
                played.get() / processor * 7200);
        assertThat(failures).isEmpty();
    }

    private static long processorTime() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
