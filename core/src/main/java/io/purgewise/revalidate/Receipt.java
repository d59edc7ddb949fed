package io.purgewise.revalidate;

import io.purgewise.cache.PageRenderer.Rendering;
import io.purgewise.cache.WriteReport;
import io.purgewise.cdn.Cleared;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Freshness;
import io.purgewise.cdn.FreshnessRule;
import io.purgewise.cdn.Planned;
import io.purgewise.cdn.Wanted;
import io.purgewise.internal.Interrupts;
import io.purgewise.internal.SteadyTime;
import io.purgewise.plan.InvalidationPlan;
import io.purgewise.site.Page;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Says what was done for some changes, and what was not.
 *
 * <p>Instances are immutable and thread-safe; {@link #await} asks the CDN anew at each call.
 */
public final class Receipt {

    private final List<OfChange> changes;
    private final List<Submission> submissions;
    private final List<Problem> problems;
    private final List<Clearing> clearings;
    private final FreshnessRule rule;

    Receipt(List<OfChange> changes, ClearingStep.Outcome outcome, List<Clearing> clearings, FreshnessRule rule) {
        this.rule = rule;
        this.changes = List.copyOf(changes);
        this.submissions = List.copyOf(outcome.submissions());
        this.clearings = List.copyOf(clearings);
        this.problems = outcome.problemsWith(changes);
    }

    /** {@return what was done for each change, in their order} */
    public List<OfChange> changes() {
        return changes;
    }

    /**
     * {@return the plan for the first distribution (those of the others are in {@link #submissions}); empty if there was
     * nothing to clear}
     */
    public Optional<InvalidationPlan> plan() {
        return submissions.stream()
                .findFirst()
                .map(submission -> submission.planned().plan());
    }

    /** {@return what became of the changes at each distribution that had something to clear} */
    public List<Submission> submissions() {
        return submissions;
    }

    /** {@return what was not done, over all changes and batches; empty if all is done} */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * Throws if something was not done.
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
        SteadyTime time = steadyTime();
        boolean all = problems.isEmpty();
        for (Submission submission : submissions) {
            Clearing clearing = clearingAt(submission.distribution());
            all &= clearing.await(submission.cleared().accepted(), time.until(patience));
        }
        return all;
    }

    /**
     * Waits until the CDN has cleared everything, and then proves that readers get the new pages, by asking for them through the
     * CDN; what is proven stale is cleared once more. It needs {@link Clearing.Builder#probe}, and costs nothing before it is
     * called.
     *
     * <p>What {@link FreshnessRule} proves of a copy is that the site gave it under the marks of this call. {@link Clearing#proveFresh}
     * says how many URLs are asked for, and how often what is cleared again. A change that has a problem is not proven by this; see
     * {@link #problems}.
     *
     * @param patience how long to take at the most, over all distributions; CloudFront completes most clearings within 25 seconds,
     *     and a repair takes as long again
     * @return what readers get, what was cleared once more, and what nobody has looked at
     * @throws IllegalStateException if a distribution that had something to clear has no probe
     * @throws InterruptedException if the waiting thread is told to stop
     */
    public Freshness awaitFresh(Duration patience) throws InterruptedException {
        Objects.requireNonNull(patience, "patience");
        SteadyTime time = steadyTime();
        List<Freshness> found = new ArrayList<>();
        for (Submission submission : submissions) {
            Clearing clearing = clearingAt(submission.distribution());
            List<Wanted> wanted = changes.stream()
                    .map(change -> change.wantedAt(submission.distribution()))
                    .filter(each -> !each.isEmpty())
                    .toList();
            found.add(clearing.proveFresh(wanted, submission.cleared().accepted(), rule, time.until(patience)));
        }
        return Freshness.of(found);
    }

    /** Starts to count a patience, which no change of the clock makes longer. */
    private SteadyTime steadyTime() {
        return new SteadyTime(clearings.get(0).ambient().clock());
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
            } catch (Exception failure) {
                Interrupts.keep(failure);
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

    /**
     * Says what became of changes at one distribution.
     *
     * @param distribution the distribution
     * @param planned what was to be sent, and why
     * @param cleared what the CDN made of it
     * @param problems why not everything was accepted; empty if it was
     */
    public record Submission(DistributionId distribution, Planned planned, Cleared cleared, List<Problem> problems) {

        public Submission {
            Objects.requireNonNull(distribution, "distribution");
            Objects.requireNonNull(planned, "planned");
            Objects.requireNonNull(cleared, "cleared");
            problems = List.copyOf(problems);
        }

        /** Returns the distribution, and how much it accepted. */
        @Override
        public String toString() {
            return distribution + " accepted " + cleared.paths() + " paths in "
                    + cleared.accepted().size() + " invalidations" + (problems.isEmpty() ? "" : ", not all");
        }
    }

    /**
     * Says what was done for one change.
     *
     * @param change the change
     * @param marks what became of each mark in the tag table
     * @param notes what a person should know: that nothing carries the tag, what was marked otherwise than asked, such as an
     *     expiry in place of stale-while-revalidate, or by another clock than this machine's
     * @param pages the pages whose copies at the CDN are outdated; none if marking failed
     * @param wanted what has to be cleared at each distribution; nothing if marking failed, since readers would fetch the old page
     *     again
     * @param renderings the pages that were rendered anew, if a renderer was given
     * @param problems what was not done
     */
    public record OfChange(
            Change change,
            WriteReport marks,
            List<String> notes,
            List<Page> pages,
            Map<DistributionId, Wanted> wanted,
            List<Rendering> renderings,
            List<Problem> problems) {

        private static final Wanted NOTHING = Wanted.of(Set.of());

        public OfChange {
            Objects.requireNonNull(pages, "pages");
            Objects.requireNonNull(notes, "notes");
            Objects.requireNonNull(renderings, "renderings");
            Objects.requireNonNull(problems, "problems");
            Objects.requireNonNull(wanted, "wanted");
            Objects.requireNonNull(change, "change");
            Objects.requireNonNull(marks, "marks");
            notes = List.copyOf(notes);
            pages = List.copyOf(pages);
            wanted = Map.copyOf(wanted);
            renderings = List.copyOf(renderings);
            problems = List.copyOf(problems);
        }

        /**
         * Returns what has to be cleared at one distribution.
         *
         * @param distribution one of the revalidator's
         * @return the URL patterns of the hosts that it serves, and the cache tags that may stand for them; may be empty
         */
        public Wanted wantedAt(DistributionId distribution) {
            return wanted.getOrDefault(Objects.requireNonNull(distribution, "distribution"), NOTHING);
        }

        /** {@return the URL patterns that have to be cleared at any distribution, sorted} */
        public List<UrlPattern> patterns() {
            Set<UrlPattern> patterns = new TreeSet<>();
            wanted.values().forEach(each -> patterns.addAll(each.patterns()));
            return List.copyOf(patterns);
        }

        /**
         * {@return the URLs that have to be cleared and that CloudFront cannot name, sorted. They take a wider wildcard
         * as far as the plan's policy allows it; the others are problems}
         */
        public List<UnnameableUrl> unnameable() {
            Set<UnnameableUrl> urls = new TreeSet<>();
            wanted.values().forEach(each -> urls.addAll(each.unnameable()));
            return List.copyOf(urls);
        }

        /** Adds what became of the pages when they were rendered anew. */
        OfChange rendered(List<Rendering> rendered, Collection<Problem> failures) {
            Set<Problem> all = new LinkedHashSet<>(problems);
            all.addAll(failures);
            return new OfChange(change, marks, notes, pages, wanted, rendered, new ArrayList<>(all));
        }
    }
}
