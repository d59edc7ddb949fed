package io.purgewise.cdn;

import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.PriceList;
import io.purgewise.plan.UrlIndex;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Clears pages at one distribution: plans, keeps to the budget, submits once, counts.
 *
 * <p>A distribution is the unit of all that can be busy, be refused or be billed, so it is the unit here. Whatever part of the
 * surroundings fails (the known URLs, the ledger, the question whether cache tags are read), pages are cleared all the same, by a
 * dearer plan that says why. Immutable and thread-safe.
 */
public final class Clearing {

    private final InvalidationSubmitter submitter;
    private final DistributionId distribution;
    private final PlanInputs inputs;
    private final Payment payment;
    private final Set<String> hosts;
    private final @Nullable FreshnessProbe probe;

    /** How many patterns are cleared each by itself, without a look for the URLs beside them. */
    static final int FEW_PATTERNS = 20;

    private Clearing(Builder builder) {
        this.submitter = builder.submitter;
        this.distribution = builder.distribution;
        this.inputs = builder.inputs;
        this.payment = builder.payment;
        this.hosts = builder.hosts;
        this.probe = builder.probe;
    }

    /**
     * Starts a clearing.
     *
     * <p>Defaults: {@link PlanPolicy#balanced()}, no known URLs, no cache tags, the policy's prices, no ledger, no budget.
     *
     * @param submitter what brings batches to the CDN; share it between the clearings of an account
     * @param distribution where to clear
     * @return a builder
     */
    public static Builder builder(InvalidationSubmitter submitter, DistributionId distribution) {
        return new Builder(
                Objects.requireNonNull(submitter, "submitter"), Objects.requireNonNull(distribution, "distribution"));
    }

    /**
     * Returns where this clears.
     *
     * @return the distribution
     */
    public DistributionId distribution() {
        return distribution;
    }

    /**
     * Plans the clearing of changes, and sends nothing.
     *
     * <p>Asks the known URLs, the ledger and, if there are cache tags, the CDN; what fails of these makes a dearer plan and a
     * reason in words, never an exception. Where the budget does not reach for all, as many of the changes as it reaches for are
     * taken, from the first on.
     *
     * @param wanted what each change needs cleared, in the order in which they came
     * @param escalation how far the plan may clear more than was asked
     * @param id tells this plan from another that clears the same at another time: it goes into the caller references
     * @return the plan, its batches and what is left out
     */
    public Planned plan(Collection<Wanted> wanted, Escalation escalation, String id) {
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(escalation, "escalation");
        Objects.requireNonNull(id, "id");
        return walkHere(CdnListener.Stage.PLAN, () -> new Planning(this, List.copyOf(wanted), escalation, id).plan());
    }

    /**
     * Submits batches that were never sent before.
     *
     * @param batches what {@link #plan} made
     * @param deadline how long to try at the most, over all batches; the rest is open then
     * @return what became of them; never throws for what the CDN says
     */
    public Cleared submit(List<InvalidationBatch> batches, Duration deadline) {
        return submit(batches, null, deadline, InvalidationSubmitter.Progress.NONE);
    }

    /**
     * Submits batches, perhaps a second time.
     *
     * @param batches what {@link #plan} made, perhaps in another process
     * @param writtenAt when the batches were written down, if they may have been sent since: they are looked for in the CDN's
     *     history first, among what is not older than that (less five minutes by which clocks may differ). Null if they were
     *     never sent
     * @param deadline how long to try at the most, over all batches; the rest is open then
     * @param progress is told that this is alive and what was accepted; what it throws ends the submission
     * @return what became of them; never throws for what the CDN says
     */
    public Cleared submit(
            List<InvalidationBatch> batches,
            @Nullable Instant writtenAt,
            Duration deadline,
            InvalidationSubmitter.Progress progress) {
        Objects.requireNonNull(batches, "batches");
        Objects.requireNonNull(deadline, "deadline");
        Objects.requireNonNull(progress, "progress");
        return walkHere(
                CdnListener.Stage.SUBMIT,
                () -> submitter.submit(
                        batches,
                        writtenAt,
                        deadline,
                        progress,
                        payment.accounting(ambient().clock()),
                        inputs.cacheTags()));
    }

    /**
     * Waits until CloudFront says that invalidations have reached all edge locations.
     *
     * @param invalidations what was accepted here
     * @param timeout how long to wait at the most; zero asks once
     * @return whether all are complete
     * @throws InterruptedException if the thread is told to stop
     * @throws CdnException if the CDN refuses to answer, as for missing rights
     */
    public boolean await(Collection<Invalidation> invalidations, Duration timeout) throws InterruptedException {
        Objects.requireNonNull(invalidations, "invalidations");
        Objects.requireNonNull(timeout, "timeout");
        List<String> ids = invalidations.stream().map(Invalidation::id).toList();
        return walkHere(
                CdnListener.Stage.WAIT,
                () -> submitter.waiter().await(distribution, ids, timeout).allCompleted());
    }

    /**
     * Does the work of a stage that comes before the CDN, and tells the submitter's listeners when it begins and when it ends.
     *
     * @param <T> what it gives
     * @param <E> what it throws
     * @param stage the stage
     * @param work the work, done on this thread
     * @return what the work gives
     * @throws E what the work throws
     */
    public <T extends @Nullable Object, E extends Exception> T walk(CdnListener.Stage stage, Work<T, E> work) throws E {
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(work, "work");
        return new StageWalk(submitter, stage, null).through(work);
    }

    private <T, E extends Exception> T walkHere(CdnListener.Stage stage, Work<T, E> work) throws E {
        return new StageWalk(submitter, stage, distribution).through(work);
    }

    /**
     * Is the work of a stage.
     *
     * @param <T> what it gives
     * @param <E> what it throws
     */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object, E extends Exception> {

        /**
         * Does it.
         *
         * @return what it gives
         * @throws E if it fails
         */
        T done() throws E;
    }

    /**
     * Tells whether what readers get can be looked at here.
     *
     * @return whether there is a {@linkplain Builder#probe probe}
     */
    public boolean hasProbe() {
        return probe != null;
    }

    /**
     * Proves that readers get what a clearing was for, by asking for it through the CDN.
     *
     * <p>It waits until the CDN says that all is cleared, and asks for each URL, or for a random sample of {@value
     * FreshnessCheck#SAMPLE} where there are more. What seems stale is asked for a second time. What is proven stale is cleared once
     * more, with the variants that go with it and nothing else, as far as the budget reaches, and looked at again; at most
     * {@value FreshnessCheck#MOST_REPAIRS} times, which is what a CDN of three tiers can need: each clearing that is complete leaves one
     * tier more, from the origin down, without an old copy to give to the next.
     *
     * @param wanted what the changes needed cleared here
     * @param accepted what the CDN accepted for it
     * @param rule when the change was made known, and since when its marks count
     * @param patience how long to take at the most; zero looks once and clears nothing
     * @return what was found; it fails for nothing that the site, the probe or the CDN says, and then says less
     * @throws IllegalStateException if there is no probe
     * @throws InterruptedException if the thread is told to stop
     */
    public Freshness proveFresh(
            Collection<Wanted> wanted, Collection<Invalidation> accepted, FreshnessRule rule, Duration patience)
            throws InterruptedException {
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(accepted, "accepted");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(patience, "patience");
        if (probe == null) {
            throw new IllegalStateException("freshness is proven by asking the site through " + distribution
                    + ", but the clearing has no probe; give Clearing.Builder.probe one");
        }
        Freshness found = new FreshnessCheck(this, probe, rule, ProbedUrls.of(wanted), patience).run(accepted);
        Duration sinceChange =
                Duration.between(rule.changedAt(), ambient().clock().instant());
        submitter.tell(listener -> listener.looked(distribution, found, sinceChange));
        return found;
    }

    /** Asks anew what is in progress before the next batches, since another process may have submitted meanwhile. */
    public void learnAgain() {
        submitter.learnAgain();
    }

    /**
     * Tells whether the budget refuses new changes, for a caller that would rather hear of it than wait.
     *
     * @return why, if the budget is used up and says {@link Budget.Reaction#REJECT}; empty if it admits them, as it does where the
     *     ledger cannot be read
     */
    public Optional<String> refusalByBudget() {
        InstantSource clock = ambient().clock();
        UsageLedger ledger = payment.ledger();
        Optional<String> refusal = payment.refusal(clock);
        return refusal.isPresent()
                        && ledger != null
                        && submitter.settleAbandoned(ledger, Payment.monthOf(clock.instant()))
                ? payment.refusal(clock)
                : refusal;
    }

    /**
     * Returns what this works with of the world around it.
     *
     * @return the submitter's clock, pause and randomness
     */
    public Ambient ambient() {
        return submitter.ambient();
    }

    /**
     * Returns which hosts of the site the distribution serves.
     *
     * @return the host names; empty if it serves them all
     */
    public Set<String> hosts() {
        return hosts;
    }

    /**
     * Makes a clearing that looks for the site's URLs where it knows none and many are to be cleared.
     *
     * @param found finds URLs of the site, such as those of its stored pages; asked for a plan of more than
     *     {@value #FEW_PATTERNS} patterns, and only while the {@linkplain Builder#knownUrls known URLs} are unknown
     * @return such a clearing
     */
    public Clearing finding(Supplier<UrlIndex> found) {
        Builder copy = new Builder(this);
        copy.inputs = inputs.finding(Objects.requireNonNull(found, "found"));
        return new Clearing(copy);
    }

    InvalidationSubmitter submitter() {
        return submitter;
    }

    PlanInputs inputs() {
        return inputs;
    }

    Payment payment() {
        return payment;
    }

    /** Collects the settings of a clearing. This class is not thread-safe. */
    public static final class Builder {

        private final InvalidationSubmitter submitter;
        private final DistributionId distribution;
        private PlanInputs inputs = PlanInputs.DEFAULT;
        private Payment payment = Payment.DEFAULT;
        private @Nullable Pricing fixedPricing;
        private Set<String> hosts = Set.of();
        private @Nullable FreshnessProbe probe;

        private Builder(InvalidationSubmitter submitter, DistributionId distribution) {
            this.submitter = submitter;
            this.distribution = distribution;
        }

        private Builder(Clearing clearing) {
            this(clearing.submitter, clearing.distribution);
            inputs = clearing.inputs;
            payment = clearing.payment;
            hosts = clearing.hosts;
            probe = clearing.probe;
        }

        /**
         * Sets which hosts of the site the distribution serves, for a site whose domains have default locales of their own:
         * a page has other URLs there.
         *
         * @param hosts the host names, as the site's i18n settings write them; default none, which means all
         * @return this builder
         */
        public Builder hosts(Collection<String> hosts) {
            this.hosts = Set.copyOf(Objects.requireNonNull(hosts, "hosts"));
            return this;
        }

        /**
         * Sets what plans may do and should save.
         *
         * @param policy the policy; default {@link PlanPolicy#balanced()}
         * @return this builder
         */
        public Builder policy(PlanPolicy policy) {
            inputs = inputs.with(Objects.requireNonNull(policy, "policy"));
            return this;
        }

        /**
         * Sets what gives the URLs that the site is known to have; it is asked for each plan.
         *
         * @param knownUrls the source; default {@link UrlIndex#unknown()}
         * @return this builder
         */
        public Builder knownUrls(Supplier<UrlIndex> knownUrls) {
            inputs = inputs.knowing(Objects.requireNonNull(knownUrls, "knownUrls"));
            return this;
        }

        /**
         * Declares that the site sends cache tags to this distribution, so that they may stand for paths. Whether the
         * distribution reads them from that header is asked every few minutes.
         *
         * <p>What was cached before tags were turned on, or while they came in another header, carries none and would stay
         * stale. So plans use paths until {@code since}: the moment at which everything was cleared by {@code /*} after the
         * header was on, at the site and in the distribution's {@code CacheTagConfig}; or that of turning it on plus the longest
         * time that the site lets the CDN keep a page ({@code s-maxage}, a year for static pages).
         *
         * @param header the header's name; in any case
         * @param since from when on every cached object carries its tags
         * @return this builder
         * @throws IllegalArgumentException if {@code header} is blank
         */
        public Builder cacheTags(String header, Instant since) {
            inputs = inputs.with(new CacheTagUse(header, since));
            return this;
        }

        /**
         * Sets what paths cost at this distribution.
         *
         * @param pricing the pricing; default: the policy's prices, with {@link PriceList#CLOUDFRONT_FREE_PATHS} a month where
         *     there is a ledger
         * @return this builder
         */
        public Builder pricing(Pricing pricing) {
            payment = payment.by(() -> pricing);
            fixedPricing = Objects.requireNonNull(pricing, "pricing");
            return this;
        }

        /**
         * Sets who tells what paths cost at this distribution now, such as whoever asks AWS: its {@code PricingPlanManager} service
         * lists the subscriptions of an account with their tier and their distributions ({@code ListSubscriptions}).
         *
         * @param pricing is asked for each plan and each submission, so it keeps its answer for some minutes. Where it throws, the
         *     plan is made at the policy's prices and without cache tags, the ledger counts, and the plan says so
         * @return this builder
         */
        public Builder pricing(Supplier<Pricing> pricing) {
            payment = payment.by(Objects.requireNonNull(pricing, "pricing"));
            fixedPricing = null;
            return this;
        }

        /**
         * Sets where paths are counted; it tells the planner how many free ones are left.
         *
         * @param ledger the account's ledger; default none
         * @return this builder
         */
        public Builder ledger(UsageLedger ledger) {
            payment = payment.countedIn(Objects.requireNonNull(ledger, "ledger"));
            return this;
        }

        /**
         * Sets how many paths the account may submit in a month; needs a {@link #ledger}.
         *
         * @param budget the budget; default {@link Budget#UNLIMITED}
         * @return this builder
         */
        public Builder budget(Budget budget) {
            payment = payment.within(Objects.requireNonNull(budget, "budget"));
            return this;
        }

        /**
         * Sets who asks for URLs through the distribution when freshness is to be proven. It is asked only then.
         *
         * @param probe the probe; default none, and freshness cannot be proven
         * @return this builder
         */
        public Builder probe(FreshnessProbe probe) {
            this.probe = Objects.requireNonNull(probe, "probe");
            return this;
        }

        /**
         * Builds the clearing.
         *
         * @return the clearing
         * @throws IllegalArgumentException if there is a budget and no ledger to count against it, or cache tags and a plan
         *     that has none
         */
        public Clearing build() {
            CacheTagUse tags = inputs.cacheTags();
            if (tags != null && fixedPricing != null && !fixedPricing.allowsCacheTags()) {
                throw new IllegalArgumentException("CloudFront's Free plan has no invalidation by cache tag, so "
                        + distribution + " cannot be cleared by tags of header " + tags.header()
                        + "; leave cacheTags out, or take the plan Pro or above");
            }
            if (payment.ledger() == null && !payment.budget().equals(Budget.UNLIMITED)) {
                throw new IllegalArgumentException(
                        "a budget needs a ledger to count against, but there is none: " + payment.budget());
            }
            return new Clearing(this);
        }
    }

    /** Says how far a plan may clear more than was asked, in order to be smaller. */
    public enum Escalation {
        /** As the policy of the plan has it. */
        NONE,
        /** As few items as the policy allows, at whatever collateral. */
        FEWEST_ITEMS,
        /** One item, {@code /*}, unless the policy protects a part of the site. */
        EVERYTHING
    }
}
