package io.purgewise.revalidate;

import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
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

/**
 * Says what was done for some changes, and what was not.
 *
 * <p>Instances are immutable and thread-safe; {@link #await} asks the CDN anew at each call.
 */
public final class Receipt {

    private final List<ChangeReceipt> changes;
    private final List<Submission> submissions;
    private final List<Problem> problems;
    private final List<Clearing> clearings;

    Receipt(List<ChangeReceipt> changes, ClearingStep.Outcome outcome, List<Clearing> clearings) {
        this.changes = List.copyOf(changes);
        this.submissions = List.copyOf(outcome.submissions());
        this.clearings = List.copyOf(clearings);
        List<Problem> all = new ArrayList<>();
        changes.forEach(change -> all.addAll(change.problems()));
        submissions.forEach(submission -> all.addAll(submission.problems()));
        all.addAll(outcome.problems());
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
     * Returns the plan that clears all changes at the first distribution. Others may have plans of their own, which are in
     * their {@link #submissions}.
     *
     * @return the plan; empty if there was nothing to clear
     */
    public Optional<InvalidationPlan> plan() {
        return submissions.stream()
                .findFirst()
                .map(submission -> submission.planned().plan());
    }

    /**
     * Returns what became of the changes at each distribution.
     *
     * @return a submission for each distribution that had something to clear
     */
    public List<Submission> submissions() {
        return submissions;
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
        Objects.requireNonNull(patience, "patience");
        Duration left = patience;
        boolean all = problems.isEmpty();
        for (Submission submission : submissions) {
            Clearing clearing = clearingAt(submission.distribution());
            InstantSource clock = clearing.ambient().clock();
            Instant start = clock.instant();
            all &= clearing.await(submission.cleared().accepted(), left);
            left = left.minus(Duration.between(start, clock.instant()));
            left = left.isNegative() ? Duration.ZERO : left;
        }
        return all;
    }

    private Clearing clearingAt(DistributionId distribution) {
        return clearings.stream()
                .filter(each -> each.distribution().equals(distribution))
                .findFirst()
                .orElseThrow();
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
        return Summary.of(changes, submissions, problems)
                + (submissions.isEmpty() ? "" : ", " + Summary.named(submissions));
    }
}
