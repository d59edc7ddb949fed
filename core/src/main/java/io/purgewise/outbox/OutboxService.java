package io.purgewise.outbox;

import io.purgewise.cdn.Ambient;
import io.purgewise.internal.Interrupts;
import io.purgewise.internal.Listeners;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Repeats a round on a thread of its own until it is stopped, whatever the round throws. Thread-safe. */
final class OutboxService {

    /** How long an idle service waits before it looks again. */
    static final Duration POLL = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(OutboxDrainer.class.getName());
    private static final Duration SHORTEST = Duration.ofMillis(50);
    private static final int MAX_DOUBLINGS = 6;

    private final Supplier<Duration> round;
    private final Ambient ambient;
    private final Listeners<OutboxListener> listeners;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopping;
    private @Nullable Executor executor;

    /**
     * Creates a service.
     *
     * @param round does what is due, and says how long there is nothing to do
     */
    OutboxService(Supplier<Duration> round, Ambient ambient, Listeners<OutboxListener> listeners) {
        this.round = round;
        this.ambient = ambient;
        this.listeners = listeners;
    }

    void start(Executor on) {
        synchronized (this) {
            if (executor != null || stopping) {
                throw new IllegalStateException(
                        "the outbox's service was started or closed before; build a new drainer");
            }
            executor = on;
        }
        on.execute(this::repeat);
    }

    /** Tells the service to end, and waits until its round is over; true at once if it was never started. */
    boolean stop(Duration timeout) throws InterruptedException {
        synchronized (this) {
            stopping = true;
            if (executor == null) {
                return true;
            }
        }
        return ended.await(Math.max(0, timeout.toMillis()), TimeUnit.MILLISECONDS);
    }

    private void repeat() {
        int failures = 0;
        try {
            while (!stopping && !Thread.currentThread().isInterrupted()) {
                Duration wait;
                try {
                    wait = atMost(round.get(), POLL);
                    failures = 0;
                } catch (Exception | Error e) { // It ends this round, and must not end all clearing in silence.
                    Interrupts.keep(e);
                    LOG.log(System.Logger.Level.ERROR, "a round of the outbox failed and is tried again", e);
                    listeners.tell(listener -> listener.failed(e));
                    wait = POLL.multipliedBy(1L << Math.min(failures++, MAX_DOUBLINGS));
                }
                rest(wait.compareTo(SHORTEST) < 0 ? SHORTEST : wait);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.countDown();
        }
    }

    /** Waits in short pieces, so that a stop is noticed soon. */
    private void rest(Duration wait) throws InterruptedException {
        for (Duration left = wait; !stopping && !left.isNegative() && !left.isZero(); left = left.minus(POLL)) {
            ambient.pause().waitFor(atMost(left, POLL));
        }
    }

    private static Duration atMost(Duration time, Duration most) {
        return time.compareTo(most) < 0 ? time : most;
    }
}
