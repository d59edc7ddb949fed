package io.purgewise.cdn;

import java.time.Instant;
import java.util.List;

/**
 * Is what all drains of one instance share.
 *
 * @param repayments when distributions that refused are asked again
 * @param sightings when this instance first saw what waits
 * @param backlog about how many changes wait
 */
record DrainParts(
        Outbox outbox,
        InvalidationSubmitter submitter,
        UsageLedger ledger,
        DrainPolicy policy,
        List<DistributionId> distributions,
        DrainPlanning planning,
        RepaymentSchedule repayments,
        Sightings sightings,
        BacklogGauge backlog) {

    DrainParts {
        distributions = List.copyOf(distributions);
    }

    CdnListener listener() {
        return submitter.settings().listener;
    }

    Instant now() {
        return submitter.settings().clock.instant();
    }
}
