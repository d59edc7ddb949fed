package io.purgewise.cdn;

import io.purgewise.plan.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts everybody's changes into one plan, as wide as backlog, age and budget demand, and cuts it into batches. Thread-safe. */
final class DrainPlanning {

    private static final List<InvalidationItem> EVERYTHING = List.of(new InvalidationItem.Wildcard("/"));
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
     * @param why gains a line for each reason to plan wider
     * @return the drain, or empty if the budget says to wait
     */
    Optional<Drain> plan(
            String drainId, List<OutboxEntry> entries, long backlog, Duration age, Instant now, List<String> why) {
        Set<UrlPattern> patterns = new HashSet<>();
        Set<InvalidationItem.Tag> tags = new HashSet<>();
        entries.forEach(entry -> {
            patterns.addAll(entry.patterns());
            tags.addAll(entry.tags());
        });
        Widening widening = policy.escalation(backlog, age);
        if (widening != Widening.NONE) {
            tell(why, drainId, widening, backlog + " changes wait, the oldest for " + age);
        }
        List<InvalidationItem> items = items(patterns, tags, widening);
        long used = budget.equals(Budget.UNLIMITED) ? 0 : guard.used();
        if (beyond(budget.softPaths(), used, items)) {
            if (budget.atSoft() == BudgetReaction.DEFER) {
                return deferred(entries.size(), used);
            }
            if (budget.atSoft() == BudgetReaction.WIDEN && widening == Widening.NONE) {
                widening = Widening.FEWEST_ITEMS;
                items = items(patterns, tags, widening);
                tell(why, drainId, widening, "soft budget of " + budget.softPaths() + " paths, " + used + " used");
            }
        }
        if (beyond(budget.hardPaths(), used, items)) {
            if (budget.atHard() != BudgetReaction.WIDEN) {
                return deferred(entries.size(), used);
            }
            if (!items.equals(EVERYTHING)) {
                items = EVERYTHING;
                tell(
                        why,
                        drainId,
                        Widening.EVERYTHING,
                        "hard budget of " + budget.hardPaths() + " paths, " + used + " used");
            }
        }
        listener.drainStarted(drainId, entries.size(), items, age);
        Instant oldest = entries.stream()
                .map(OutboxEntry::acceptedAt)
                .min(Instant::compareTo)
                .orElse(now);
        List<EntryKey> keys = entries.stream().map(OutboxEntry::key).toList();
        return Optional.of(new Drain(drainId, now, oldest, keys, batches(drainId, items, why)));
    }

    private void tell(List<String> why, String drainId, Widening widening, String reason) {
        why.add(widening + ": " + reason);
        listener.widened(drainId, widening, reason);
    }

    private boolean beyond(long limit, long used, List<InvalidationItem> items) {
        long paths = (long) items.size() * distributions.size();
        return paths > limit - used;
    }

    private Optional<Drain> deferred(int changes, long used) {
        listener.deferred(changes, used);
        return Optional.empty();
    }

    private List<InvalidationItem> items(Set<UrlPattern> patterns, Set<InvalidationItem.Tag> tags, Widening widening) {
        if (widening == Widening.EVERYTHING) {
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
            List<InvalidationItem> items, Set<UrlPattern> patterns, Set<InvalidationItem.Tag> tags) {
        PatternCover cover = PatternCover.ofItems(items);
        Set<String> planned = items.stream().map(InvalidationBatch::identity).collect(Collectors.toSet());
        List<InvalidationItem> whole = new ArrayList<>(items);
        boolean everything = planned.contains("/*");
        patterns.stream()
                .filter(pattern -> !cover.covers(pattern))
                .forEach(pattern -> whole.add(InvalidationItem.of(pattern)));
        tags.stream()
                .filter(tag -> !everything && !planned.contains(tag.spelling().toLowerCase(Locale.ROOT)))
                .forEach(whole::add);
        return whole;
    }

    private List<DistributionBatch> batches(String drainId, List<InvalidationItem> items, List<String> why) {
        boolean tags = items.stream().anyMatch(InvalidationItem.Tag.class::isInstance);
        List<DistributionBatch> batches = new ArrayList<>();
        for (DistributionId distribution : distributions) {
            List<InvalidationItem> here = items;
            if (tags && !submitter.readsCacheTags(distribution).orElse(true)) {
                here = EVERYTHING;
                tell(why, drainId, Widening.EVERYTHING, distribution + " reads no cache tags");
            }
            submitter
                    .batches(distribution, here, drainId)
                    .forEach(batch -> batches.add(new DistributionBatch(distribution, batch)));
        }
        return batches;
    }
}
