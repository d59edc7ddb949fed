package io.purgewise.spring;

import io.purgewise.outbox.OutboxDrainer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Drains the outbox on a thread of its own as long as the service runs, and carries through what waits when the service stops. It stops
 * after the web server, so that nothing is accepted behind its back.
 */
final class OutboxLifecycle implements SmartLifecycle {

    private static final Logger LOG = System.getLogger(OutboxLifecycle.class.getName());

    /** The phase in which Boot starts and stops its web server, named here since a service need not have one. */
    private static final int WEB_SERVER_PHASE = SmartLifecycle.DEFAULT_PHASE - 2048;

    private final OutboxDrainer drainer;
    private final Duration shutdownLimit;
    private volatile @Nullable Thread thread;

    OutboxLifecycle(OutboxDrainer drainer, Duration shutdownLimit) {
        this.drainer = drainer;
        this.shutdownLimit = shutdownLimit;
    }

    @Override
    public void start() {
        drainer.start(task -> thread = onDaemon(task));
    }

    /** Runs a task on a thread of its own, which keeps no process alive. */
    static Thread onDaemon(Runnable task) {
        Thread started = new Thread(task, "purgewise-outbox");
        started.setDaemon(true);
        started.start();
        return started;
    }

    /** Makes the thread that looks at what readers get, which keeps no process alive either. */
    static Thread looking(Runnable task) {
        Thread thread = new Thread(task, "purgewise-looks");
        thread.setDaemon(true);
        return thread;
    }

    /** Tells whether the thread lives; one that something killed would let changes wait in silence. */
    boolean isAlive() {
        Thread started = thread;
        return started != null && started.isAlive();
    }

    /** Waits for what is under way, then carries through the rest; what is left by then stays in the outbox. */
    @Override
    public void stop() {
        try {
            boolean done = drainer.close(shutdownLimit);
            LOG.log(Level.INFO, done ? "stopped, nothing waits" : "stopped, the rest is kept as the outbox promises");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            thread = null;
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /** Lower phases start earlier and stop later. */
    @Override
    public int getPhase() {
        return WEB_SERVER_PHASE - 1;
    }
}
