package io.purgewise.plan;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the best set of tags by branch and bound.
 *
 * <p>{@link DualTerms} make the objective linear from below, which is a {@link CoverProblem}; {@link CoverBound} bounds that. A set
 * of tags is only ever judged by the exact search for the rest of the plan. Each tag whose presence or absence is proven to be no
 * better than the best plan is decided, the problem is made smaller, and bounded again; where none can be decided, one is tried
 * both ways. What a limited effort leaves open stays in {@link Result#bound}.
 */
final class CoverSearch {

    private static final int ROUNDS = 3;
    private static final int FIRST_TURNS = 40;
    private static final int ROOT_TURNS = 120;
    private static final int TURNS = 20;

    /** The most tags that are tried one by one where their linear cost does not tell: there is no end to more. */
    private static final int MOST_TRIED = 256;

    private final Instance instance;
    private final CoverProblem root;
    private final Function<BitSet, TagSearch.@Nullable Tagged> exact;
    private final CoverScale scale;
    private final Effort effort;
    private final Map<BitSet, Judgement> judged = new HashMap<>();

    private TagSearch.@Nullable Tagged best;
    private long open = Long.MAX_VALUE;
    private long steps;

    /**
     * Says how long a search may take.
     *
     * @param fewTags with so few tags each set can be tried, so that no tag is decided by linear cost alone
     * @param steps the most steps; a step takes some nanoseconds
     * @param stepsOnTies the most steps after which plans of equal objective are still told apart
     * @param judgements the most sets of tags that are judged by the exact search
     */
    record Effort(int fewTags, long steps, long stepsOnTies, int judgements) {

        /** Allows a few seconds. */
        static Effort usual(int leaves) {
            return new Effort(16, 1L << 29, 1L << 24, Math.max(64, Math.min(1 << 12, (1 << 24) / (leaves + 1))));
        }
    }

    /**
     * Is what the exact search says of a set of tags.
     *
     * @param objective the objective of its best plan, more than any if it has none within the limits
     * @param gap by how much there may be a better one
     */
    private record Judgement(long objective, long gap) {}

    /**
     * Is the outcome of a search.
     *
     * @param best the best plan found, or null if none keeps the limits
     * @param bound an objective that no plan is below
     */
    record Result(TagSearch.@Nullable Tagged best, long bound) {}

    private CoverSearch(
            Instance instance, CoverProblem root, Effort effort, Function<BitSet, TagSearch.@Nullable Tagged> exact) {
        this.instance = instance;
        this.root = root;
        this.effort = effort;
        this.exact = exact;
        this.scale = new CoverScale(instance, root);
    }

    /**
     * Searches.
     *
     * @param root the problem, whose tags are the options
     * @param mandatory the options that each plan must have
     * @param effort how long it may take
     * @param exact finds the best plan with some options, or null if none keeps the limits
     */
    static Result search(
            Instance instance,
            CoverProblem root,
            BitSet mandatory,
            Effort effort,
            Function<BitSet, TagSearch.@Nullable Tagged> exact) {
        CoverSearch search = new CoverSearch(instance, root, effort, exact);
        byte[] decided = new byte[root.tags().size()];
        mandatory.stream().forEach(option -> decided[option] = CoverReduction.TAKEN);
        search.judge(mandatory);
        BitSet all = new BitSet();
        all.set(0, decided.length);
        search.judge(all);
        search.run(decided);
        return new Result(search.best, search.bound());
    }

    private void run(byte[] decided) {
        long[] dues = priced();
        boolean few = decided.length <= effort.fewTags();
        branch(root, dues, decided, decided.clone(), !few, ROOT_TURNS, Long.MIN_VALUE);
    }

    /**
     * Chooses the multipliers, and returns dues that fit. Any multipliers bound; so a problem without the wildcards that are of no
     * use at the first prices is good enough to find them.
     */
    private long[] priced() {
        if (best != null) {
            scale.fit(best.totals());
        }
        CoverReduction.Reduced reduced = CoverReduction.withoutUselessNodes(root, scale.prices());
        CoverProblem problem = reduced.problem();
        long[] dues = {};
        for (int round = 0; round < ROUNDS; round++) {
            CoverBound bound = new CoverBound(problem, scale.prices(), dues).ascend(target(), FIRST_TURNS);
            spend(problem, bound.evaluations());
            improve(problem, bound);
            dues = bound.dues();
            if (isNoBetter(bound.cost(), bound.totals()) || scale.isExact(bound.counts())) {
                break;
            }
            CoverScale.Climbed climbed = scale.climb(problem, dues);
            spend(problem, climbed.evaluations());
            if (climbed.dues().length == 0) {
                break;
            }
            dues = climbed.dues();
        }
        return scale.spread(dues, reduced);
    }

    /** Returns the cost of the best plan. */
    private long target() {
        return scale.scaled(best == null ? scale.upper() + 1 : instance.objective(best.totals()));
    }

    /** Tells whether a bound leaves nothing better. */
    private boolean isNoBetter(long cost, Totals totals) {
        long target = target();
        if (best == null || cost != target) {
            // Objectives are whole: what is less than one below the best is no better. Only a tie may be.
            return cost > (steps < effort.stepsOnTies() ? target : target - scale.unit());
        }
        return steps >= effort.stepsOnTies() || CoverBound.compare(totals, best.totals()) >= 0;
    }

    private boolean isNoBetter(long cost) {
        return cost > (steps < effort.stepsOnTies() ? target() : target() - scale.unit());
    }

    private long bound() {
        long objective = best == null ? Long.MAX_VALUE : instance.objective(best.totals());
        if (open == Long.MAX_VALUE) {
            return objective;
        }
        return Math.min(objective, scale.objective(open));
    }

    private void spend(CoverProblem problem, long times) {
        steps += times * problem.size();
    }

    /**
     * Solves a part of the search.
     *
     * @param from a problem
     * @param fromDues dues for its leaves
     * @param fresh what was decided of its tags
     * @param decided what was decided of all options
     * @param byCost whether tags may be decided by linear cost
     * @param turns how many dues to try
     * @param known a bound of this part
     */
    private void branch(
            CoverProblem from, long[] fromDues, byte[] fresh, byte[] decided, boolean byCost, int turns, long known) {
        CoverReduction.Reduced reduced = CoverReduction.reduce(from, scale.prices(), fresh, fromDues);
        long least = known;
        while (true) {
            reduced = byCost ? eliminated(reduced) : reduced;
            CoverProblem problem = reduced.problem();
            if (problem.tags().size() == 0) {
                finish(problem, decided, byCost);
                return;
            }
            if (steps > effort.steps() || judged.size() >= effort.judgements()) {
                open = Math.min(open, least);
                return;
            }
            CoverBound bound = new CoverBound(problem, scale.prices(), reduced.dues()).ascend(target(), turns);
            spend(problem, bound.evaluations());
            least = Math.max(least, bound.cost());
            if (isNoBetter(bound.cost(), bound.totals())) {
                return;
            }
            improve(problem, bound);
            if (isNoBetter(bound.cost(), bound.totals())) {
                return;
            }
            int tags = problem.tags().size();
            long[] with = new long[tags];
            long[] without = new long[tags];
            new CoverToggles(problem, scale.prices()).probe(bound.dues(), with, without);
            spend(problem, 4);
            byte[] proven = new byte[tags];
            int split = prove(problem, with, without, proven, decided);
            if (split < 0) {
                return;
            }
            if (split == tags) {
                reduced = CoverReduction.reduce(problem, scale.prices(), proven, bound.dues());
                continue;
            }
            boolean first = with[split] < without[split];
            for (boolean take : new boolean[] {first, !first}) {
                byte[] one = new byte[tags];
                one[split] = take ? CoverReduction.TAKEN : CoverReduction.DROPPED;
                byte[] then = decided.clone();
                then[problem.tags().option()[split]] = one[split];
                long bounded = Math.max(least, take ? with[split] : without[split]);
                if (!isNoBetter(bounded)) {
                    branch(problem, bound.dues(), one, then, byCost, TURNS, bounded);
                }
            }
            return;
        }
    }

    /**
     * Decides the tags whose presence or absence is proven to be no better than the best plan.
     *
     * @return -1 if that goes for both of a tag, the number of tags if some were decided, otherwise the tag to try both ways
     */
    private int prove(CoverProblem problem, long[] with, long[] without, byte[] proven, byte[] decided) {
        int split = 0;
        boolean any = false;
        for (int tag = 0; tag < proven.length; tag++) {
            boolean notWith = isNoBetter(with[tag]);
            boolean notWithout = isNoBetter(without[tag]);
            if (notWith && notWithout) {
                return -1;
            }
            if (notWith || notWithout) {
                proven[tag] = notWith ? CoverReduction.DROPPED : CoverReduction.TAKEN;
                decided[problem.tags().option()[tag]] = proven[tag];
                any = true;
            }
            boolean better = Math.min(with[tag], without[tag]) > Math.min(with[split], without[split]);
            split = better ? tag : split;
        }
        return any ? proven.length : split;
    }

    private CoverReduction.Reduced eliminated(CoverReduction.Reduced reduced) {
        CoverReduction.Reduced left = reduced;
        while (left.problem().tags().size() > 0) {
            byte[] dropped = new byte[left.problem().tags().size()];
            CoverProblem cheaper = CoverElimination.eliminate(left.problem(), scale.prices(), dropped);
            spend(cheaper, 2);
            if (undecided(dropped) == dropped.length) {
                return left;
            }
            left = CoverReduction.reduce(cheaper, scale.prices(), dropped, left.dues());
        }
        return left;
    }

    /** Judges the set of tags that is left where all are decided. */
    private void finish(CoverProblem problem, byte[] decided, boolean byCost) {
        CoverBound bound = new CoverBound(problem, scale.prices(), new long[0]).evaluate();
        if (isNoBetter(bound.cost(), bound.totals())) {
            return;
        }
        Judgement judgement = judge(options(problem));
        if (scale.scaled(judgement.objective()) - scale.unit() < bound.cost()) {
            return; // the best of this part
        }
        if (byCost && undecided(decided) > MOST_TRIED) {
            open = Math.min(open, bound.cost());
        } else if (byCost) {
            // Another set of the tags that were decided by linear cost may be better.
            branch(root, new long[0], decided, decided, false, ROOT_TURNS, bound.cost());
        } else if (judgement.gap() > 0) {
            open = Math.min(open, Math.max(bound.cost(), scale.scaled(judgement.objective() - judgement.gap())));
        }
    }

    private static int undecided(byte[] decided) {
        int count = 0;
        for (byte decision : decided) {
            count += decision == CoverReduction.UNDECIDED ? 1 : 0;
        }
        return count;
    }

    /** Offers the plan that adding and dropping tags one by one finds. */
    private void improve(CoverProblem problem, CoverBound bound) {
        boolean[] taken = bound.taken();
        CoverToggles toggles = new CoverToggles(problem, scale.prices());
        spend(problem, toggles.improve(taken) / Math.max(1, taken.length));
        if (toggles.cost(taken) < target()) {
            byte[] all = new byte[taken.length];
            for (int tag = 0; tag < all.length; tag++) {
                all[tag] = taken[tag] ? CoverReduction.TAKEN : CoverReduction.DROPPED;
            }
            judge(options(CoverReduction.reduce(problem, scale.prices(), all, new long[0])
                    .problem()));
        }
    }

    /** Returns the options of a problem without tags, the folded ones included. */
    private static BitSet options(CoverProblem problem) {
        BitSet options = new BitSet();
        Arrays.stream(problem.chosen()).forEach(options::set);
        for (int[] folded : problem.leaves().folded()) {
            Arrays.stream(folded).forEach(options::set);
        }
        return options;
    }

    private Judgement judge(BitSet options) {
        Judgement known = judged.get(options);
        if (known != null) {
            return known;
        }
        TagSearch.Tagged found = exact.apply(options);
        if (found != null && isBetter(found)) {
            best = found;
        }
        Judgement judgement = found == null
                ? new Judgement(scale.upper() + 1, 0)
                : new Judgement(instance.objective(found.totals()), found.rest().gap());
        judged.put(options, judgement);
        return judgement;
    }

    /** Tells whether a plan comes before the best one in the order of preference; ties go to fewer tags. */
    private boolean isBetter(TagSearch.Tagged found) {
        if (best == null) {
            return true;
        }
        int order = instance.compare(found.totals(), best.totals());
        return order < 0 || (order == 0 && found.tags().size() < best.tags().size());
    }
}
