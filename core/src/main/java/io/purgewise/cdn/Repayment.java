package io.purgewise.cdn;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Pays what distributions are owed, once they take calls again. What was tried is sent as it is, under its own references, and
 * shows whether the distribution takes calls; what was never sent then goes in one plan. What is owed to a distribution that is
 * configured no longer goes to those that have come in its place. Used by one thread, once.
 */
final class Repayment {

    private static final System.Logger LOG = System.getLogger(Repayment.class.getName());

    /** So many debts of one distribution become one, lest a distribution that refuses for weeks fills the outbox. */
    private static final int FOLD_AT = 20;

    private final DrainParts parts;
    private final Outbox outbox;
    private final Lease lease;
    private final DrainRound round;
    private final Set<DistributionId> passedOver = new HashSet<>();

    Repayment(DrainParts parts, Lease lease, DrainRound round) {
        this.parts = parts;
        this.outbox = parts.outbox();
        this.lease = lease;
        this.round = round;
    }

    /**
     * Pays what can be paid.
     *
     * @param askDebtors whether to ask distributions that refused again before their time
     * @return the distributions that are owed something still
     */
    Set<DistributionId> run(boolean askDebtors) {
        List<Debt> owed = outbox.owed(lease);
        while (true) {
            Optional<Debt> next =
                    owed.stream().filter(debt -> mayBePaid(debt, askDebtors)).findFirst();
            if (next.isEmpty()) {
                break;
            }
            pay(next.get(), owed);
            owed = outbox.owed(lease);
        }
        Set<DistributionId> inDebt = new LinkedHashSet<>();
        owed.forEach(debt -> inDebt.addAll(payTo(debt)));
        parts.repayments().looked(inDebt, parts.now());
        inDebt.forEach(this::fold);
        return inDebt;
    }

    private boolean mayBePaid(Debt debt, boolean askDebtors) {
        Set<DistributionId> payTo = payTo(debt);
        if (payTo.isEmpty()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} is owed {1} paths, but is no distribution of the site any more",
                    debt.distribution(),
                    debt.owed().quantity());
            return false;
        }
        return payTo.stream()
                .allMatch(each -> !round.hasRefused(each)
                        && !passedOver.contains(each)
                        && (askDebtors || parts.repayments().isDue(each, parts.now())));
    }

    /** Returns where a debt is to be cleared now: where it was, or at the distributions that the site did not have then. */
    private Set<DistributionId> payTo(Debt debt) {
        if (parts.distributions().contains(debt.distribution())) {
            return Set.of(debt.distribution());
        }
        Set<DistributionId> others = new LinkedHashSet<>(parts.distributions());
        others.removeAll(debt.served());
        return others;
    }

    private boolean mustBeSentAsItIs(Debt debt) {
        return debt.tried() && parts.distributions().contains(debt.distribution());
    }

    private void pay(Debt first, List<Debt> owed) {
        List<Debt> tried = owed.stream()
                .filter(debt -> payTo(debt).equals(payTo(first)) && mustBeSentAsItIs(debt))
                .toList();
        if (!tried.isEmpty()) {
            write(asItIs(tried), true, List.of());
            return;
        }
        List<Debt> together = owed.stream()
                .filter(debt ->
                        payTo(debt).equals(payTo(first)) && debt.served().equals(first.served()))
                .toList();
        List<String> why = new ArrayList<>();
        Optional<Drain> drain =
                parts.planning().repayment(round.newDrainId(), together, payTo(first), parts.now(), why);
        if (drain.isEmpty()) {
            passedOver.addAll(payTo(first));
            return;
        }
        write(drain.get(), false, why);
    }

    private void write(Drain drain, boolean maybeSent, List<String> why) {
        outbox.open(lease, drain);
        round.finish(drain, maybeSent, why);
    }

    private Drain asItIs(List<Debt> tried) {
        Set<DistributionId> all = new HashSet<>(tried.get(0).served());
        all.add(tried.get(0).distribution());
        Instant since = tried.stream().map(Debt::since).min(Instant::compareTo).orElseThrow();
        return new Drain(
                round.newDrainId(),
                since,
                since,
                all,
                Set.of(),
                List.of(),
                tried.stream().map(Debt::owed).toList(),
                tried.stream().map(Debt::reference).toList());
    }

    /** Makes one debt of many of which nothing was sent; killed in between, both are there, and go in one plan later. */
    private void fold(DistributionId distribution) {
        List<Debt> many = outbox.owed(lease).stream()
                .filter(debt -> debt.distribution().equals(distribution) && !debt.tried())
                .toList();
        if (many.size() < FOLD_AT) {
            return;
        }
        List<Debt> together = many.stream()
                .filter(debt -> debt.served().equals(many.get(0).served()))
                .toList();
        Optional<Drain> plan = parts.planning()
                .repayment(round.newDrainId(), together, Set.of(distribution), parts.now(), new ArrayList<>());
        if (plan.isEmpty() || plan.get().batches().size() * 2 > together.size()) {
            return;
        }
        Drain folded = plan.get();
        outbox.owe(
                lease,
                folded.batches().stream()
                        .map(batch -> new Debt(
                                batch,
                                folded.oldestAcceptedAt(),
                                false,
                                many.get(0).served()))
                        .toList());
        write(
                new Drain(
                        round.newDrainId(),
                        folded.writtenAt(),
                        folded.oldestAcceptedAt(),
                        folded.distributions(),
                        Set.of(),
                        List.of(),
                        List.of(),
                        folded.repays()),
                false,
                List.of());
    }
}
