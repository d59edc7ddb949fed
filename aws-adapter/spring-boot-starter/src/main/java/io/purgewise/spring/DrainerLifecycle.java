package io.purgewise.spring;

import io.purgewise.cdn.DrainReport.FinishedDrain;
import io.purgewise.cdn.OutboxDrainer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Drains the outbox on a thread of its own as long as the service runs, and flushes it when the service stops.
 *
 * <p>It stops after the web server, so that nothing is accepted behind its back. Each {@link FinishedDrain} and each
 * {@link Failure} is published as an event.
 */
final class DrainerLifecycle implements SmartLifecycle {

    /**
     * Says that draining failed; the changes are kept, and the drainer tries again.
     *
     * @param reason why
     */
    record Failure(String reason) {}

    private static final Logger LOG = System.getLogger(DrainerLifecycle.class.getName());

    /** The phase in which Boot starts and stops its web server, named here since a service need not have one. */
    private static final int WEB_SERVER_PHASE = SmartLifecycle.DEFAULT_PHASE - 2048;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    private final OutboxDrainer drainer;
    private final Duration flushLimit;
    private final InstantSource clock;
    private final ApplicationEventPublisher events;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::drainUntilStopped, "purgewise-drainer");
    private volatile @Nullable Failure lastFailure;

    DrainerLifecycle(
            OutboxDrainer drainer, Duration flushLimit, InstantSource clock, ApplicationEventPublisher events) {
        this.drainer = drainer;
        this.flushLimit = flushLimit;
        this.clock = clock;
        this.events = events;
    }

    /** Returns what went wrong at the last turn; empty if it went well. */
    Optional<Failure> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    @Override
    public void start() {
        thread.start();
    }

    private void drainUntilStopped() {
        try {
            Duration wait = LOOK_AGAIN;
            while (!stop.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                wait = turn() ? LOOK_AGAIN : AFTER_FAILURE;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean turn() {
        try {
            drainer.drainWhenDue().finished().forEach(this::tell);
            lastFailure = null;
            return true;
        } catch (Throwable e) {
            Failure failure = new Failure(String.valueOf(e.getMessage()));
            lastFailure = failure;
            LOG.log(Level.WARNING, "draining failed, the changes are kept and tried again", e);
            events.publishEvent(failure);
            return false;
        }
    }

    private void tell(FinishedDrain drain) {
        LOG.log(
                Level.INFO,
                "changes cleared: {0}, with invalidations: {1}",
                drain.entries().size(),
                drain.invalidations().size());
        events.publishEvent(drain);
    }

    /** Waits for a drain that is under way, then flushes; what is left by then stays in the outbox. */
    @Override
    public void stop() {
        Instant end = clock.instant().plus(flushLimit);
        stop.countDown();
        try {
            thread.join(Math.max(1, flushLimit.toMillis()));
            thread.interrupt();
            thread.join();
            boolean done = drainer.flush(Duration.between(clock.instant(), end));
            LOG.log(Level.INFO, done ? "stopped, nothing waits" : "stopped, the rest is kept in the outbox");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "stopped, the rest is kept in the outbox", e);
        }
    }

    @Override
    public boolean isRunning() {
        return thread.isAlive();
    }

    /** Lower phases start earlier and stop later. */
    @Override
    public int getPhase() {
        return WEB_SERVER_PHASE - 1;
    }
}
