package io.purgewise.cdn;

import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts everybody's changes into one plan, as wide as backlog, age and budget demand, and cuts it into batches. Thread-safe. */
final class DrainPlanning {

    private static final List<InvalidationItem> EVERYTHING = List.of(UrlPattern.prefix("/"));
    private static final System.Logger LOG = System.getLogger(DrainPlanning.class.getName());

    private final InvalidationSubmitter submitter;
    private final List<DistributionId> distributions;
    private final ItemPlanner planner;
    private final DrainPolicy policy;
    private final Budget budget;
    private final BudgetGuard guard;
    private final CdnListener listener;

    DrainPlanning(OutboxDrainer.Builder builder, BudgetGuard guard) {
        this.submitter = builder.submitter;
        this.distributions = List.copyOf(builder.distributions);
        this.planner = builder.planner;
        this.policy = builder.policy;
        this.budget = builder.budget;
        this.guard = guard;
        this.listener = builder.submitter.settings().listener;
    }

    /**
     * Plans a drain of settled entries.
     *
     * @param backlog how many entries wait in all
     * @param inDebt distributions that are owed earlier batches, and will be owed those of this drain; not all of them
     * @param why gains a line for each reason to plan wider
     * @return the drain, or empty if the budget says to wait
     */
    Optional<Drain> plan(
            String drainId,
            List<OutboxEntry> entries,
            long backlog,
            Duration age,
            Set<DistributionId> inDebt,
            Instant now,
            List<String> why) {
        Set<UrlPattern> patterns = new HashSet<>();
        Set<CdnTag> tags = new HashSet<>();
        entries.forEach(entry -> {
            patterns.addAll(entry.patterns());
            tags.addAll(entry.tags());
        });
        Escalation widening = policy.escalation(backlog, age);
        if (widening != Escalation.NONE) {
            tell(why, drainId, widening, backlog + " changes wait, the oldest for " + age);
        }
        int payers = distributions.size() - inDebt.size();
        Optional<List<InvalidationItem>> items =
                affordable(drainId, patterns, tags, widening, entries.size(), payers, why);
        if (items.isEmpty()) {
            return Optional.empty();
        }
        listener.drainStarted(drainId, entries.size(), items.get(), planner.collateral(patterns, items.get()), age);
        Instant oldest = entries.stream()
                .map(OutboxEntry::acceptedAt)
                .min(Instant::compareTo)
                .orElse(now);
        List<EntryKey> keys = entries.stream().map(OutboxEntry::key).toList();
        return Optional.of(new Drain(
                drainId,
                now,
                oldest,
                Set.copyOf(distributions),
                inDebt,
                keys,
                batches(drainId, items.get(), distributions, why),
                List.of()));
    }

    /**
     * Plans one drain that pays many debts, of which nothing was ever sent.
     *
     * @param debts what to pay, with the same distributions served
     * @param payTo where to clear
     * @return the drain, or empty if the budget says to wait
     */
    Optional<Drain> repayment(
            String drainId, List<Debt> debts, Set<DistributionId> payTo, Instant now, List<String> why) {
        Set<UrlPattern> patterns = new HashSet<>();
        Set<CdnTag> tags = new HashSet<>();
        for (Debt debt : debts) {
            for (InvalidationItem item : debt.owed().items()) {
                if (item instanceof CdnTag tag) {
                    tags.add(tag);
                } else {
                    patterns.add(UrlPattern.parse(item.spelling()));
                }
            }
        }
        Optional<List<InvalidationItem>> items =
                affordable(drainId, patterns, tags, Escalation.NONE, debts.size(), payTo.size(), why);
        if (items.isEmpty()) {
            return Optional.empty();
        }
        Set<DistributionId> all = new HashSet<>(debts.get(0).served());
        all.addAll(payTo);
        Instant oldest = debts.stream().map(Debt::since).min(Instant::compareTo).orElse(now);
        List<CallerReference> repays = debts.stream().map(Debt::reference).toList();
        return Optional.of(new Drain(
                drainId, now, oldest, all, Set.of(), List.of(), batches(drainId, items.get(), payTo, why), repays));
    }

    /** Returns the items of a plan as wide as the budget demands, or empty if it says to wait. */
    private Optional<List<InvalidationItem>> affordable(
            String drainId,
            Set<UrlPattern> patterns,
            Set<CdnTag> tags,
            Escalation asked,
            int changes,
            int payers,
            List<String> why) {
        Escalation widening = asked;
        List<InvalidationItem> items = items(patterns, tags, widening);
        long used = budget.equals(Budget.UNLIMITED) ? 0 : guard.used();
        if (beyond(budget.softPaths(), used, items, payers) && widening == Escalation.NONE) {
            widening = Escalation.FEWEST_ITEMS;
            items = items(patterns, tags, widening);
            tell(why, drainId, widening, "soft budget of " + budget.softPaths() + " paths, " + used + " used");
        }
        if (beyond(budget.hardPaths(), used, items, payers)) {
            return deferred(changes, used);
        }
        return Optional.of(items);
    }

    private void tell(List<String> why, String drainId, Escalation widening, String reason) {
        why.add(widening + ": " + reason);
        listener.widened(drainId, widening, reason);
    }

    private static boolean beyond(long limit, long used, List<InvalidationItem> items, int payers) {
        long paths = (long) items.size() * payers;
        return paths > limit - used;
    }

    private Optional<List<InvalidationItem>> deferred(int changes, long used) {
        listener.deferred(changes, used);
        return Optional.empty();
    }

    private List<InvalidationItem> items(Set<UrlPattern> patterns, Set<CdnTag> tags, Escalation widening) {
        if (widening == Escalation.EVERYTHING) {
            return EVERYTHING;
        }
        List<InvalidationItem> items;
        try {
            items = planner.plan(patterns, tags, widening);
        } catch (RuntimeException e) {
            // Without a plan the changes would wait for ever; each pattern as it is clears them all the same.
            LOG.log(System.Logger.Level.WARNING, "the planner failed, so every pattern is cleared as it is", e);
            return ItemPlanner.verbatim().plan(patterns, tags, widening);
        }
        return withWhatThePlannerForgot(items, patterns, tags);
    }

    /** Adds what a plan does not clear, since a stale page is worse than a path too many. */
    private static List<InvalidationItem> withWhatThePlannerForgot(
            List<InvalidationItem> items, Set<UrlPattern> patterns, Set<CdnTag> tags) {
        PatternCover cover = PatternCover.ofItems(items);
        Set<String> planned = items.stream().map(InvalidationBatch::identity).collect(Collectors.toSet());
        List<InvalidationItem> whole = new ArrayList<>(items);
        boolean everything = planned.contains("/*");
        patterns.stream().filter(pattern -> !cover.covers(pattern)).forEach(whole::add);
        tags.stream()
                .filter(tag -> !everything && !planned.contains(tag.spelling().toLowerCase(Locale.ROOT)))
                .forEach(whole::add);
        return whole;
    }

    private List<InvalidationBatch> batches(
            String drainId, List<InvalidationItem> items, Collection<DistributionId> where, List<String> why) {
        boolean tags = items.stream().anyMatch(CdnTag.class::isInstance);
        List<InvalidationBatch> batches = new ArrayList<>();
        for (DistributionId distribution : where) {
            List<InvalidationItem> here = items;
            if (tags && submitter.surelyReadsNoTags(distribution)) {
                here = EVERYTHING;
                tell(why, drainId, Escalation.EVERYTHING, distribution + " reads no cache tags");
            }
            submitter.batches(distribution, here, drainId).forEach(batches::add);
        }
        return batches;
    }
}
