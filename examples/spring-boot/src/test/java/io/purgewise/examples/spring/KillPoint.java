package io.purgewise.examples.spring;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Speaks up right before or after one step of one stage, and stands still there for the parent to kill the process, unless it is to
 * be killed at a random time soon after.
 */
final class KillPoint implements TransactionExecutionListener {

    /** What happens to a change, in this order; each step is counted before and after. */
    enum Stage {
        PUBLISH,
        COMMIT,
        APPEND,
        MARK,
        WRITE_DOWN,
        SUBMIT
    }

    private final Stage stage;
    private final int at;
    private final boolean stop;
    private final PrintStream out;
    private final AtomicInteger steps = new AtomicInteger();

    KillPoint(Stage stage, int at, boolean stop, PrintStream out) {
        this.stage = stage;
        this.at = at;
        this.stop = stop;
        this.out = out;
    }

    void step(Stage taken) {
        if (taken == stage && steps.incrementAndGet() == at) {
            out.println("point");
            if (stop) {
                standStill();
            }
        }
    }

    static void standStill() {
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this process", e);
        }
    }

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        step(Stage.COMMIT);
    }

    @Override
    public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
        step(Stage.COMMIT);
    }

    /** Counts calls to DynamoDB: those of the drainer's own thread write drains down, all others append. */
    ExecutionInterceptor dynamoCalls() {
        return calls(
                () -> step(Thread.currentThread().getName().startsWith("purgewise") ? Stage.WRITE_DOWN : Stage.APPEND));
    }

    ExecutionInterceptor cloudFrontCalls() {
        return calls(() -> step(Stage.SUBMIT));
    }

    private static ExecutionInterceptor calls(Runnable step) {
        return new ExecutionInterceptor() {
            @Override
            public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
                step.run();
            }

            @Override
            public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
                step.run();
            }
        };
    }
}
