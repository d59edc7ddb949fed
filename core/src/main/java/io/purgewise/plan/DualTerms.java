package io.purgewise.plan;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;

/**
 * Bounds the objective of a problem from below by functions that are linear in the counts of a plan.
 *
 * <p>Each {@link Term} says that a count (items, wildcards, collateral) beyond a threshold costs something: {@code p * max(0, k - f)}
 * is at least {@code m * (k - f)} for any m from 0 to p; a plan that keeps a limit has {@code m * (count - limit) <= 0} for any
 * {@code m >= 0}; and {@code max(0, t1, t2, ...)} is at least any sum of parts of the waits whose shares are at most 1 together.
 * So with any such multipliers the objective of each plan that keeps the limits is at least {@link #value}.
 */
final class DualTerms {

    private static final int TURNS = 3;

    private enum Count {
        ITEMS,
        COLLATERAL,
        WILDCARDS
    }

    /**
     * Is what a count costs beyond a threshold.
     *
     * @param count what is counted
     * @param threshold from where on it costs
     * @param most the largest multiplier
     * @param waiting whether it is the wait for a quota; those share
     */
    private record Term(Count count, long threshold, long most, boolean waiting) {

        long excess(Totals totals) {
            return switch (count) {
                case ITEMS -> totals.items() - threshold;
                case COLLATERAL -> totals.collateral() - threshold;
                case WILDCARDS -> totals.wildcards() - threshold;
            };
        }
    }

    private final Instance instance;
    private final List<Term> terms = new ArrayList<>();
    private final boolean anyFree;
    /** The place among the terms of the limit on wildcards, or -1. */
    private int wildcardLimit = -1;

    /**
     * Lists what bounds; the first term is the price of items beyond the free ones.
     *
     * @param mostItems what no plan's items exceed
     * @param mostCollateral what no plan's collateral exceeds
     */
    DualTerms(Instance instance, int mostItems, long mostCollateral) {
        this.instance = instance;
        int leaves = instance.trie().leaves();
        long all = instance.objective(mostItems, leaves, 0) + instance.refillPrice() * mostCollateral;
        long mostPerItem = Math.min(all + 1, (Long.MAX_VALUE >> 4) / Math.max(1, mostItems));
        long free = Math.min(mostItems, Math.max(0, instance.prices().freePaths() - instance.otherItems()));
        anyFree = free > 0;
        terms.add(new Term(Count.ITEMS, free, instance.pathPrice(), false));
        if (instance.maxCollateral() < mostCollateral) {
            long room = (Long.MAX_VALUE >> 3) / Math.max(1, mostCollateral) - instance.refillPrice();
            terms.add(
                    new Term(Count.COLLATERAL, instance.maxCollateral(), Math.max(0, Math.min(all + 1, room)), false));
        }
        if (instance.limits().items() < mostItems) {
            terms.add(new Term(Count.ITEMS, instance.limits().items(), mostPerItem, false));
        }
        for (QuotaTable.Quota quota : instance.quotas()) {
            long threshold = quota.atOnce() - (quota.wildcards() ? 0 : instance.otherItems());
            if (threshold < (quota.wildcards() ? leaves : mostItems)) {
                Count count = quota.wildcards() ? Count.WILDCARDS : Count.ITEMS;
                terms.add(new Term(count, threshold, instance.waitPrice() * quota.millis(), true));
            }
        }
        if (instance.maxWildcards() < leaves) {
            wildcardLimit = terms.size();
            terms.add(new Term(Count.WILDCARDS, instance.maxWildcards(), mostPerItem, false));
        }
    }

    int size() {
        return terms.size();
    }

    /** Returns multipliers that charge for each item and for nothing else. */
    long[] start() {
        long[] start = new long[terms.size()];
        start[0] = instance.pathPrice();
        return start;
    }

    /** Returns the multipliers with which {@link #value} is the objective at a plan that keeps the limits. */
    long[] exactAt(Totals totals) {
        long[] at = new long[terms.size()];
        at[0] = terms.get(0).excess(totals) >= 0 ? terms.get(0).most() : 0;
        int longest = -1;
        long wait = 0;
        for (int i = 0; i < at.length; i++) {
            Term term = terms.get(i);
            if (term.waiting() && term.most() * term.excess(totals) > wait) {
                wait = term.most() * term.excess(totals);
                longest = i;
            }
        }
        if (longest >= 0) {
            at[longest] = terms.get(longest).most();
        }
        return at;
    }

    long itemPrice(long[] at) {
        return price(Count.ITEMS, at);
    }

    long collateralPrice(long[] at) {
        return instance.refillPrice() + price(Count.COLLATERAL, at);
    }

    long wildcardPrice(long[] at) {
        return price(Count.WILDCARDS, at);
    }

    private long price(Count count, long[] at) {
        long price = 0;
        for (int i = 0; i < at.length; i++) {
            price += terms.get(i).count() == count ? at[i] : 0;
        }
        return price;
    }

    /** Returns the linear function at a plan: its counts at these prices, less what the multipliers have up to the thresholds. */
    long value(Totals totals, long[] at) {
        long value = instance.refillPrice() * totals.collateral();
        for (int i = 0; i < at.length; i++) {
            value += at[i] * terms.get(i).excess(totals);
        }
        return value;
    }

    /** Tells whether the linear function is the objective at a plan, and the plan keeps the limits: then nothing bounds it better. */
    boolean isExact(Totals totals, long[] at) {
        for (int i = 1; i < at.length; i++) {
            if (!terms.get(i).waiting() && terms.get(i).excess(totals) > 0) {
                return false;
            }
        }
        return value(totals, at) == value(totals, exactAt(totals));
    }

    boolean limitsWildcards() {
        return wildcardLimit >= 0;
    }

    /** Evaluates a relaxation at multipliers, and remembers those that bound best. */
    interface Evaluation extends Function<long[], Totals> {

        /** Returns the best multipliers so far. */
        long[] best();

        /** Returns the bound at {@link #best}. */
        long bound();
    }

    /**
     * Raises the bound.
     *
     * <p>It is concave in each multiplier, with the count less the threshold of the plan found as its slope; so each is raised or
     * lowered by bisection, in turns. Where that stops matters only for how tight the bound is.
     */
    void climb(Evaluation evaluation) {
        int first = anyFree ? 0 : 1; // all items cost their price where none is free
        for (int turn = 0; turn < TURNS; turn++) {
            long before = evaluation.bound();
            for (int i = terms.size() - 1; i >= first; i--) {
                climb(i, evaluation);
            }
            for (int i = 0; i < terms.size(); i++) {
                for (int j = 0; j < i; j++) {
                    if (terms.get(i).waiting() && terms.get(j).waiting()) {
                        share(i, j, evaluation);
                    }
                }
            }
            if (evaluation.bound() == before) {
                return;
            }
        }
    }

    /** Raises the bound of a relaxation that keeps the limit on wildcards by itself, and so needs no multiplier for it. */
    void climbBesideWildcards(Evaluation evaluation) {
        for (int i = terms.size() - 1; i >= (anyFree ? 0 : 1); i--) {
            if (i != wildcardLimit && !terms.get(i).waiting()) {
                climb(i, evaluation);
            }
        }
    }

    /** Returns multipliers without that of the limit on wildcards. */
    long[] besideWildcards(long[] at) {
        long[] beside = at.clone();
        beside[wildcardLimit] = 0;
        return beside;
    }

    private void climb(int term, Evaluation evaluation) {
        long[] at = evaluation.best().clone();
        long most = terms.get(term).waiting()
                ? shareLeft(term, evaluation.best())
                : terms.get(term).most();
        bisect(most, multiplier -> {
            at[term] = multiplier;
            return terms.get(term).excess(evaluation.apply(at));
        });
    }

    /** Looks for the best way to share one whole wait between two quotas. */
    private void share(int one, int other, Evaluation evaluation) {
        long[] at = evaluation.best().clone();
        for (int i = 0; i < at.length; i++) {
            at[i] = terms.get(i).waiting() ? 0 : at[i];
        }
        long whole = terms.get(one).most();
        long otherWhole = terms.get(other).most();
        bisect(whole, multiplier -> {
            at[one] = multiplier;
            at[other] = otherWhole - part(otherWhole, multiplier, whole);
            Totals totals = evaluation.apply(at);
            return whole * terms.get(one).excess(totals)
                    - otherWhole * terms.get(other).excess(totals);
        });
    }

    /** Returns the largest multiplier of a wait beside those of the other waits. */
    private long shareLeft(int term, long[] multipliers) {
        long left = terms.get(term).most();
        for (int i = 0; i < multipliers.length; i++) {
            if (i != term && terms.get(i).waiting()) {
                left -= part(
                        terms.get(term).most(), multipliers[i], terms.get(i).most());
            }
        }
        return Math.max(0, left);
    }

    /** Returns {@code whole * numerator / denominator}, rounded up. */
    private static long part(long whole, long numerator, long denominator) {
        BigInteger[] quotient = BigInteger.valueOf(whole)
                .multiply(BigInteger.valueOf(numerator))
                .divideAndRemainder(BigInteger.valueOf(denominator));
        return quotient[0].longValueExact() + quotient[1].signum();
    }

    /** Looks for the top of a concave function on {@code [0, most]} by its slope; every point tried is evaluated. */
    private static void bisect(long most, LongUnaryOperator slopeAt) {
        if (slopeAt.applyAsLong(0) <= 0) {
            return; // highest without it
        }
        long low = 1;
        long high = most;
        while (low <= high) {
            long middle = low + (high - low) / 2;
            long slope = slopeAt.applyAsLong(middle);
            if (slope == 0) {
                return;
            }
            if (slope > 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
    }
}
