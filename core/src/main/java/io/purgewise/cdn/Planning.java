package io.purgewise.cdn;

import io.purgewise.internal.Interrupts;
import io.purgewise.plan.InvalidationPlan;
import io.purgewise.plan.InvalidationPlanner;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.PriceList;
import io.purgewise.plan.TagOption;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes one plan of a {@link Clearing}, with whatever of its surroundings answers. Used by one thread, once. */
final class Planning {

    private static final System.Logger LOG = System.getLogger(Clearing.class.getName());

    private final Clearing clearing;
    private final List<Wanted> wanted;
    private final Clearing.Escalation escalation;
    private final String id;
    private final UrlIndex known;
    private final @Nullable Pricing pricing;
    private final TagUse tagUse;
    private final Instant now;
    private final @Nullable UsageLedger ledger;
    private @Nullable Long used;
    private final List<String> reasons = new ArrayList<>();

    Planning(Clearing clearing, List<Wanted> wanted, Clearing.Escalation escalation, String id) {
        this.clearing = clearing;
        this.wanted = wanted;
        this.escalation = escalation;
        this.id = id;
        this.now = clearing.submitter().ambient().clock().instant();
        this.known = knownUrls();
        Supplier<Pricing> pricingNow = clearing.payment().pricing();
        this.pricing = pricingNow == null ? null : attempt("the distribution's pricing", pricingNow);
        this.tagUse = tagUse();
        UsageLedger ledger =
                pricing instanceof Pricing.FlatRate ? null : clearing.payment().ledger();
        this.ledger = ledger;
        this.used = ledger == null ? null : attempt("the ledger", () -> ledger.paths(Payment.monthOf(now)));
    }

    private UrlIndex knownUrls() {
        UrlIndex index = attempt("the known URLs", clearing.inputs().knownUrls());
        long patterns =
                wanted.stream().mapToLong(each -> each.patterns().size()).sum();
        if (index != null && index.size() > 0) {
            return index;
        }
        if (index != null && !index.isUnknown()) {
            // Such as a listing below a wrong prefix: a wildcard over the whole site would look free.
            reasons.add("the known URLs are none at all, which cannot be true of a site with pages to clear");
        }
        if (patterns <= Clearing.FEW_PATTERNS) {
            return UrlIndex.unknown();
        }
        UrlIndex found = attempt("the stored pages", clearing.inputs().foundUrls());
        if (found == null || found.isUnknown()) {
            return UrlIndex.unknown();
        }
        reasons.add("no known URLs were given, so the plan reckons with those of the " + found.size()
                + " stored pages; what the site serves beside them counts for nothing");
        return found;
    }

    /** Asks a part of the surroundings, whose failure makes a dearer plan and no exception. */
    private <T> @Nullable T attempt(String what, Supplier<T> question) {
        try {
            return question.get();
        } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
            Interrupts.keep(e);
            LOG.log(Level.WARNING, what + " cannot be read, so the plan does without", e);
            reasons.add(what + " cannot be read, so the plan does without: " + e);
            return null;
        }
    }

    private TagUse tagUse() {
        if (wanted.stream()
                .allMatch(each -> each.tags().isEmpty() && each.pageTags().isEmpty())) {
            return TagUse.NONE;
        }
        TagUse use = TagUse.of(clearing, pricing, now);
        if (use.reason() != null) {
            reasons.add(use.reason());
        }
        return use;
    }

    Planned plan() {
        Draft whole = draft(wanted.size(), escalation);
        Budget budget = clearing.payment().budget();
        if (used == null || budget.isUnlimited()) {
            return planned(whole, null);
        }
        if (budget.widens()
                && whole.items().size() > budget.softPaths() - used
                && escalation == Clearing.Escalation.NONE) {
            Draft fewer = draft(wanted.size(), Clearing.Escalation.FEWEST_ITEMS);
            if (fewer.items().size() < whole.items().size()) {
                reasons.add("the soft budget of " + budget.softPaths() + " paths is reached (" + used
                        + " used), so the plan has the fewest items");
                whole = fewer;
            }
        }
        long left = budget.hardPaths() - used;
        if (whole.items().size() > left) {
            left = leftAfterSettling(budget);
        }
        return whole.items().size() <= left ? planned(whole, null) : planned(whatFits(left), deferral(budget));
    }

    /** Looks for paths that a process that died has reserved and never sent, and tells how many are left then. */
    private long leftAfterSettling(Budget budget) {
        UsageLedger counts = ledger;
        YearMonth month = Payment.monthOf(now);
        if (counts != null && clearing.submitter().settleAbandoned(counts, month)) {
            Long again = attempt("the ledger", () -> counts.paths(month));
            used = again == null ? used : again;
        }
        return budget.hardPaths() - (used == null ? 0 : used);
    }

    /** Finds the longest run of changes, from the first on, whose plan the budget has paths left for. */
    private Draft whatFits(long left) {
        Draft best = draft(0, escalation);
        int fits = 0;
        int tooMany = left <= 0 ? 1 : wanted.size();
        while (tooMany - fits > 1) {
            int middle = (fits + tooMany) >>> 1;
            Draft some = draft(middle, escalation);
            if (some.items().size() <= left) {
                best = some;
                fits = middle;
            } else {
                tooMany = middle;
            }
        }
        return best;
    }

    private Planned.Deferral deferral(Budget budget) {
        Instant nextMonth = Payment.monthOf(now)
                .plusMonths(1)
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        return new Planned.Deferral(
                nextMonth,
                "the budget of " + budget.hardPaths() + " paths a month has no more for them (" + used
                        + " used or reserved); raise it, or wait for the next month (UTC)");
    }

    private Planned planned(Draft draft, Planned.@Nullable Deferral deferral) {
        draft.plan()
                .exceeds()
                .ifPresent(limit ->
                        reasons.add("no plan keeps to the policy's " + limit + ", so this one goes beyond it"));
        return new Planned(
                draft.plan(),
                clearing.submitter().batches(clearing.distribution(), draft.items(), id),
                draft.taken(),
                draft.left(),
                reasons,
                deferral);
    }

    /** What a plan for the first of the changes would send. */
    private record Draft(InvalidationPlan plan, List<InvalidationItem> items, int taken, List<Planned.Left> left) {}

    private Draft draft(int taken, Clearing.Escalation widened) {
        if (widened == Clearing.Escalation.EVERYTHING && taken > 0 && mayClearEverything()) {
            InvalidationPlan plan = search(fewest(), Set.of(UrlPattern.prefix("/")), Set.of(), List.of());
            return new Draft(plan, plan.items(), taken, List.of());
        }
        Set<UrlPattern> patterns = new TreeSet<>();
        Set<UnnameableUrl> unnameable = new TreeSet<>();
        Set<CdnTag> tagsAlone = new LinkedHashSet<>();
        TagOffers offers = new TagOffers(known);
        for (Wanted each : wanted.subList(0, taken)) {
            patterns.addAll(each.patterns());
            unnameable.addAll(each.unnameable());
            if (each.isOfTagsAlone()) {
                tagsAlone.addAll(each.tags().keySet());
            } else if (tagUse.allowed()) {
                offers.add(each);
            }
        }
        List<TagOption> options = offers.options(patterns);
        offers.sharedTags().forEach(this::sharedTag);
        PlanPolicy policy = widened == Clearing.Escalation.NONE ? priced() : fewest();
        InvalidationPlan plan = search(policy, patterns, unnameable, options);
        List<InvalidationItem> items = new ArrayList<>(plan.items());
        List<Planned.Left> left = new ArrayList<>();
        plan.unclearable().forEach(url -> left.add(beyondPolicy(url)));
        if (tagUse.allowed()) {
            items.addAll(tagsAlone);
        } else {
            tagsAlone.forEach(tag -> left.add(unread(tag)));
        }
        return new Draft(plan, items, taken, left);
    }

    private void sharedTag(String tag) {
        String reason = "#" + tag + " names pages whose paths differ in case only, so they are cleared by path";
        if (!reasons.contains(reason)) {
            reasons.add(reason);
        }
    }

    private static Planned.Left beyondPolicy(UnnameableUrl url) {
        return new Planned.Left(
                url.toString(),
                "CloudFront cannot name it, and the policy allows no wildcard as wide as " + url.narrowestWildcard(),
                false);
    }

    private Planned.Left unread(CdnTag tag) {
        boolean inDoubt = tagUse.inDoubt();
        return new Planned.Left(
                tag.spelling(),
                inDoubt
                        ? "whether " + clearing.distribution() + " reads cache tags cannot be found out now"
                        : clearing.distribution() + " reads no cache tags, and no page of the tag is known",
                inDoubt);
    }

    private InvalidationPlan search(
            PlanPolicy policy, Set<UrlPattern> patterns, Set<UnnameableUrl> unnameable, List<TagOption> options) {
        InvalidationPlan plan = attempt(
                "the cheapest plan", () -> InvalidationPlanner.of(policy).plan(patterns, unnameable, known, options));
        // Each pattern as its own item is a plan that needs no search.
        return plan != null
                ? plan
                : InvalidationPlanner.of(
                                policy.toBuilder().wildcardsInside(List.of()).build())
                        .plan(patterns, unnameable, UrlIndex.unknown(), List.of());
    }

    /** Returns the policy at the distribution's prices, with the month's free paths that are left, and the quotas in force. */
    private PlanPolicy priced() {
        PriceList prices = clearing.inputs().policy().prices();
        long free = PriceList.CLOUDFRONT_FREE_PATHS;
        if (pricing instanceof Pricing.FlatRate) {
            prices = new PriceList(0, 0, prices.refillPrice());
        } else if (pricing instanceof Pricing.PayAsYouGo paths) {
            free = paths.freePaths();
            prices = new PriceList(paths.pathPrice(), 0, prices.refillPrice());
        }
        if (clearing.payment().ledger() != null && !(pricing instanceof Pricing.FlatRate)) {
            prices = prices.withFreePaths(used == null ? 0 : Math.max(0, free - used));
        }
        return inForce().prices(prices).build();
    }

    private PlanPolicy.Builder inForce() {
        return clearing.inputs().policy().toBuilder()
                .quotaTable(clearing.submitter().quotas().quotaTable());
    }

    /** Returns the policy of which the cheapest plan is the one with the fewest items, whatever they cost. */
    private PlanPolicy fewest() {
        PlanPolicy policy = clearing.inputs().policy();
        PlanPolicy.Builder fewest = inForce().prices(new PriceList(1, 0, 0)).waitPrice(0);
        // Of an unknown site the planner takes no wildcard that nobody asked for, unless it may assume something.
        return known.isUnknown() && policy.maxCollateral() == PlanPolicy.NO_LIMIT
                ? fewest.assumedSiblings(0).build()
                : fewest.build();
    }

    private boolean mayClearEverything() {
        PlanPolicy policy = clearing.inputs().policy();
        boolean may = policy.protectedPrefixes().isEmpty()
                && policy.wildcardsInside().contains("/")
                && policy.maxCollateral() == PlanPolicy.NO_LIMIT;
        if (!may) {
            reasons.add(
                    "everything is too much: the policy protects a part of the site, so the plan has the fewest items");
        }
        return may;
    }
}
