package io.purgewise.aws;

import io.purgewise.testkit.ManualClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.paginators.QueryIterable;

/**
 * Runs workers one step at a time in an order that is decided from outside: a step ends before and after each call of a gated
 * port. A worker can be killed at a step, and then makes no further call, not even from a finally block, as if its process had
 * died; or be put aside while the clock moves past its lease.
 */
final class Schedule {

    /** What happens next. */
    enum Move {
        /** The running worker takes a step; if it is done, the next one does. */
        GO_ON,
        /** The running worker dies here. */
        KILL,
        /** Another worker goes on, and the running one later. */
        SWITCH,
        /** The running worker sleeps past its lease while another goes on. */
        OVERSLEEP
    }

    /** Decides about each step. */
    interface Decider {
        Move decide(int step);
    }

    /** Lets calls of a port fail, by throwing what the port throws. */
    interface Weather {

        /** No call fails. */
        Weather CALM = new Weather() {};

        /** A call that fails here was not made. */
        default void before(String method) {}

        /** A call that fails here was made, and its answer is lost. */
        default void after(String method) {}
    }

    /** Ends a worker that was killed; no code catches it, and every further call throws it again. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    /** One worker, as if it were a process. */
    final class Worker {

        private final Semaphore turn = new Semaphore(0);
        private volatile boolean killed;
        private volatile boolean done;
        private volatile @Nullable Throwable failure;

        Worker(Consumer<Worker> work) {
            THREADS.execute(() -> {
                turn.acquireUninterruptibly();
                try {
                    if (!killed) {
                        work.accept(this);
                    }
                } catch (Killed e) {
                    // Dead, as decided.
                } catch (Throwable e) {
                    failure = e;
                } finally {
                    done = true;
                    handOver(this);
                }
            });
        }

        /** Ends a step; the next one is most often this worker's own, and then no thread has to wait for another. */
        void point() {
            if (killed) {
                throw new Killed();
            }
            if (steps >= MOST_STEPS) {
                throw new AssertionError("the workers do not come to an end; here is one of them");
            }
            Move move = decider.decide(steps++);
            if (move == Move.KILL) {
                killed = true;
                throw new Killed();
            }
            if (move == Move.OVERSLEEP) {
                clock.advance(lease);
            }
            if (move == Move.SWITCH || move == Move.OVERSLEEP) {
                handOver(this);
                turn.acquireUninterruptibly();
            }
        }

        /** Starts this worker again after it was killed, as a process that is started anew. */
        void revive() {
            killed = false;
        }

        /** Puts a point before and after each call of a port. */
        <T> T gated(Class<T> port, T target) {
            return gated(port, target, Weather.CALM);
        }

        /** Puts a point before and after each call of a port, and lets some calls fail. */
        <T> T gated(Class<T> port, T target, Weather weather) {
            return port.cast(Proxy.newProxyInstance(
                    port.getClassLoader(), new Class<?>[] {port}, (proxy, method, args) -> {
                        if (proxy instanceof DynamoDbClient client
                                && method.getName().equals("queryPaginator")) {
                            // It asks nothing by itself, and each of its pages is a query.
                            return new QueryIterable(client, (QueryRequest) args[0]);
                        }
                        return call(target, method, args, weather);
                    }));
        }

        private @Nullable Object call(Object target, Method method, Object @Nullable [] args, Weather weather)
                throws Throwable {
            point();
            try {
                weather.before(method.getName());
                Object result = method.invoke(target, args);
                weather.after(method.getName());
                return result;
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            } finally {
                point();
            }
        }
    }

    private static final int MOST_STEPS = 20_000;

    /** Threads of workers that are done do the work of later ones, since a new thread takes longer than a short schedule's step. */
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "worker");
        thread.setDaemon(true);
        return thread;
    });

    private final ManualClock clock;
    private final Duration lease;
    private final Semaphore allDone = new Semaphore(0);
    private final List<Worker> workers = new ArrayList<>();

    // Only the one worker whose turn it is reads and writes these; semaphores hand them over.
    private Decider decider = step -> Move.GO_ON;
    private int steps;

    Schedule(ManualClock clock, Duration lease) {
        this.clock = clock;
        this.lease = lease;
    }

    void worker(Consumer<Worker> work) {
        workers.add(new Worker(work));
    }

    /** Gives the turn to the next worker that is not done, which may be the same one. */
    private void handOver(Worker from) {
        int next = workers.indexOf(from);
        for (int i = 0; i < workers.size(); i++) {
            next = (next + 1) % workers.size();
            if (!workers.get(next).done) {
                workers.get(next).turn.release();
                return;
            }
        }
        allDone.release();
    }

    /** Runs all workers to their ends and returns how many steps were decided. */
    int run(Decider decisions) {
        decider = decisions;
        workers.get(0).turn.release();
        allDone.acquireUninterruptibly();
        for (Worker worker : workers) {
            Throwable failure = worker.failure;
            if (failure != null) {
                throw new AssertionError("a worker failed: " + failure, failure);
            }
        }
        return steps;
    }
}
