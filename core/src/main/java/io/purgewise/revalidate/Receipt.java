package io.purgewise.revalidate;

import io.purgewise.cdn.CompletionWaiter;
import io.purgewise.cdn.EntryKey;
import io.purgewise.cdn.Invalidation;
import io.purgewise.plan.InvalidationPlan;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Says what was done for some changes, and what was not.
 *
 * <p>Instances are immutable and thread-safe; {@link #await} asks the CDN anew at each call.
 */
public final class Receipt {

    private final List<ChangeReceipt> changes;
    private final @Nullable InvalidationPlan plan;
    private final List<Submission> submissions;
    private final List<EntryKey> accepted;
    private final List<Problem> problems;
    private final CompletionWaiter waiter;
    private final InstantSource clock;

    Receipt(
            List<ChangeReceipt> changes,
            @Nullable InvalidationPlan plan,
            List<Submission> submissions,
            List<EntryKey> accepted,
            CompletionWaiter waiter,
            InstantSource clock) {
        this.changes = List.copyOf(changes);
        this.plan = plan;
        this.submissions = List.copyOf(submissions);
        this.accepted = List.copyOf(accepted);
        this.waiter = waiter;
        this.clock = clock;
        List<Problem> all = new ArrayList<>();
        changes.forEach(change -> all.addAll(change.problems()));
        submissions.forEach(submission -> all.addAll(submission.problems()));
        problems = List.copyOf(all);
    }

    /**
     * Returns what was done for each change.
     *
     * @return a receipt for each change, in their order
     */
    public List<ChangeReceipt> changes() {
        return changes;
    }

    /**
     * Returns the plan that clears all changes at the CDN.
     *
     * @return the plan; empty if there was nothing to clear
     */
    public Optional<InvalidationPlan> plan() {
        return Optional.ofNullable(plan);
    }

    /**
     * Returns what became of the plan at each distribution.
     *
     * @return a submission for each distribution; none if there was nothing to clear
     */
    public List<Submission> submissions() {
        return submissions;
    }

    /**
     * Returns what an outbox has accepted, so that a change can be followed: these keys come back in
     * {@link io.purgewise.cdn.DrainReport.FinishedDrain#entries()}, where a store that splits a large change adds its parts.
     *
     * @return a key for each change that has something to clear, in their order; none unless an outbox was given
     */
    public List<EntryKey> accepted() {
        return accepted;
    }

    /**
     * Lists everything that was not done, over all changes and batches.
     *
     * @return the problems; empty if all is done
     */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * Insists that everything was done.
     *
     * @return this receipt
     * @throws IncompleteRevalidationException if there is a problem
     */
    public Receipt orThrow() {
        if (!problems.isEmpty()) {
            throw new IncompleteRevalidationException(problems, this);
        }
        return this;
    }

    /**
     * Waits until the CDN has cleared everything that it accepted.
     *
     * @param patience how long to wait at the most; zero asks once
     * @return whether everything that the changes need is cleared; false if the time ran out or there is a problem, since then
     *     something was not done
     * @throws InterruptedException if the waiting thread is told to stop
     * @throws io.purgewise.cdn.CdnException if the CDN could not be asked
     */
    public boolean await(Duration patience) throws InterruptedException {
        Instant end = clock.instant().plus(Objects.requireNonNull(patience, "patience"));
        boolean all = problems.isEmpty() && accepted.isEmpty();
        for (Submission submission : submissions) {
            List<String> ids = submission.result().accepted().stream()
                    .map(Invalidation::id)
                    .toList();
            Duration left = Duration.between(clock.instant(), end);
            all &= waiter.await(submission.distribution(), ids, left.isNegative() ? Duration.ZERO : left)
                    .pending()
                    .isEmpty();
        }
        return all;
    }

    /**
     * Waits for the CDN on another thread.
     *
     * @param patience how long to wait at the most
     * @param executor where to wait; virtual threads fit
     * @return completes as {@link #await} returns or throws
     */
    public CompletionStage<Boolean> completion(Duration patience, Executor executor) {
        Objects.requireNonNull(patience, "patience");
        Objects.requireNonNull(executor, "executor");
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                result.complete(await(patience));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                result.completeExceptionally(stopped);
            } catch (RuntimeException failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    /** Returns what was done and what was not in one line. */
    @Override
    public String toString() {
        return Summary.of(changes, plan, problems) + (submissions.isEmpty() ? "" : ", " + Summary.named(submissions));
    }
}
