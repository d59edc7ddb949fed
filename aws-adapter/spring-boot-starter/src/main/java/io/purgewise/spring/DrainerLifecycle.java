package io.purgewise.spring;

import io.purgewise.cdn.DistributionId;
import io.purgewise.outbox.DrainReport;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.outbox.OutboxListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Runs the outbox's service on a thread of its own as long as the application runs, and carries through what waits when it stops.
 *
 * <p>It stops after the web server, so that nothing is accepted behind its back. Each {@link DrainReport.Finished} and each
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

    private final OutboxDrainer drainer;
    private final Duration shutdownLimit;
    private final State state;
    private volatile @Nullable Thread thread;

    DrainerLifecycle(OutboxDrainer drainer, Duration shutdownLimit, State state) {
        this.drainer = drainer;
        this.shutdownLimit = shutdownLimit;
        this.state = state;
    }

    /** Returns what went wrong at last and did not go well since; empty if all went well. */
    Optional<Failure> lastFailure() {
        return state.lastFailure();
    }

    @Override
    public void start() {
        drainer.start(service -> {
            Thread started = new Thread(service, "purgewise-drainer");
            thread = started;
            started.start();
        });
    }

    @Override
    public void stop() {
        try {
            boolean done = drainer.close(shutdownLimit);
            LOG.log(Level.INFO, done ? "stopped, nothing waits" : "stopped, the rest is kept in the outbox");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "stopped, the rest is kept in the outbox", e);
        }
    }

    @Override
    public boolean isRunning() {
        Thread started = thread;
        return started != null && started.isAlive();
    }

    /** Lower phases start earlier and stop later. */
    @Override
    public int getPhase() {
        return WEB_SERVER_PHASE - 1;
    }

    /** Hears what the drainer does, publishes it, and remembers what does not go on. Thread-safe. */
    static final class State implements OutboxListener {

        private final ApplicationEventPublisher events;
        private final Map<DistributionId, Failure> waiting = new ConcurrentHashMap<>();
        private volatile @Nullable Failure failed;

        State(ApplicationEventPublisher events) {
            this.events = events;
        }

        Optional<Failure> lastFailure() {
            Failure last = failed;
            return last == null ? waiting.values().stream().findFirst() : Optional.of(last);
        }

        @Override
        public void drained(DistributionId lane, DrainReport.Finished finished, Duration age) {
            failed = null;
            waiting.remove(lane);
            LOG.log(
                    Level.INFO,
                    "changes cleared: {0}, with invalidations: {1}",
                    finished.entries().size(),
                    finished.invalidations().size());
            events.publishEvent(finished);
        }

        @Override
        public void waiting(DistributionId lane, DrainReport.Outcome outcome, String reason, Duration comeBackAfter) {
            Failure failure = new Failure(lane + " " + outcome + ": " + reason);
            waiting.put(lane, failure);
            LOG.log(Level.WARNING, "a lane of the outbox waits, its changes are kept: {0}", failure.reason());
            events.publishEvent(failure);
        }

        @Override
        public void failed(Throwable e) {
            Failure failure = new Failure(String.valueOf(e.getMessage()));
            failed = failure;
            LOG.log(Level.WARNING, "draining failed, the changes are kept and tried again", e);
            events.publishEvent(failure);
        }
    }
}
