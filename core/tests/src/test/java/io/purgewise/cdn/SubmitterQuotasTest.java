package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.site.InvalidationItem;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The submitter keeps within the quotas of the CDN, known or learned. */
class SubmitterQuotasTest extends SubmitterWorld {

    @Test
    void theDefaultsNeverMeetAQuotaOfEitherTable() {
        cloudFront = account().quotas(FakeQuotas.strict()).build();
        List<InvalidationItem> plan = new ArrayList<>(exact(700));
        plan.addAll(wildcards(40));

        Cleared result = send(submitter().build(), SITE, plan, "plan-1");

        assertThat(delays).isEmpty();
        assertThat(result.rejected()).isEmpty();
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(740);
        assertThat(cleared(SITE)).hasSize(740);
    }

    @Test
    void theTableOfWhatIsInProgressIsKeptWithItsQuotas() {
        isKept(FakeQuotas.inProgress(), CdnQuotas.inProgressTable());
    }

    @Test
    void theTableOfRatesIsKeptWithItsQuotas() {
        isKept(FakeQuotas.rates(), CdnQuotas.rateTable());
    }

    @Test
    void theTableOfRatesIsKeptWithTheDefaults() {
        isKept(FakeQuotas.rates(), CdnQuotas.conservative());
    }

    private void isKept(FakeQuotas real, CdnQuotas known) {
        cloudFront = account().quotas(real).build();
        List<InvalidationItem> plan = new ArrayList<>(exact(7000));
        plan.addAll(wildcards(50));

        send(submitter().quotas(known).build(), SITE, plan, "plan-1");

        assertThat(delays).isEmpty();
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(7050);
    }

    @Test
    void itWaitsForRoomInsteadOfAskingInVain() {
        List<Integer> waits = new ArrayList<>();
        InvalidationSubmitter submitter = submitter()
                .quotas(CdnQuotas.inProgressTable())
                .listener(new CdnListener() {
                    @Override
                    public void waitingForQuota(DistributionId distribution, int items, int wildcards) {
                        waits.add(wildcards);
                    }
                })
                .build();

        send(submitter, SITE, wildcards(45), "plan-1");

        assertThat(waits).containsExactly(15, 15);
        assertThat(Duration.between(START, clock.instant())).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(60));
        assertThat(cloudFront.calls(CdnCall.SUBMIT)).isEqualTo(3);
    }

    @Test
    void withoutLearningItBacksOffForSecondsUntilThereIsRoom() {
        cloudFront.submit(new InvalidationBatch(SITE, wildcards(15), new CallerReference("somebody")));

        send(submitter().build(), SITE, items("/x*"), "plan-1");

        assertThat(delays)
                .isNotEmpty()
                .allSatisfy(delay -> assertThat(delay).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1)));
        assertThat(cleared(SITE)).contains("/x*");
    }

    @Test
    void distributionsHaveTheirOwnRoomAndShareTheRateOfCalls() {
        InvalidationSubmitter submitter =
                submitter().quotas(CdnQuotas.inProgressTable()).build();

        send(submitter, SITE, wildcards(15), "plan-1");
        send(submitter, OTHER, wildcards(15), "plan-1");

        assertThat(Duration.between(START, clock.instant())).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void whereAskedToItLearnsByItselfWhatOthersHaveInProgress() {
        cloudFront.submit(new InvalidationBatch(SITE, wildcards(15), new CallerReference("somebody")));
        clock.advance(Duration.ofSeconds(5));
        InvalidationSubmitter submitter = submitter().learnsInProgress(true).build();

        send(submitter, SITE, items("/x*"), "plan-1");
        send(submitter, SITE, items("/y*"), "plan-2");

        assertThat(delays).as("refusals of a full distribution").isEmpty();
        assertThat(cloudFront.calls(CdnCall.SUBMIT)).isEqualTo(3);
        assertThat(cloudFront.calls(CdnCall.LIST)).as("once").isEqualTo(1);
    }

    @Test
    void whoeverCannotLearnGoesOnWithout() {
        cloudFront.failNext(CdnCall.LIST, Fault.THROTTLED, Fault.NONE);
        InvalidationSubmitter submitter = submitter().learnsInProgress(true).build();
        send(submitter, SITE, items("/x"), "plan-1");
        send(submitter, SITE, items("/y"), "plan-2");
        send(submitter, SITE, items("/z"), "plan-3");
        assertThat(cloudFront.calls(CdnCall.LIST)).as("until it has learned").isEqualTo(2);

        submitter = InvalidationSubmitter.builder(withoutHistory(), new Ambient(clock, clock::advance, new Random(1)))
                .learnsInProgress(true)
                .build();
        send(submitter, SITE, items("/v"), "plan-4");
        assertThat(cleared(SITE)).containsExactly("/v", "/x", "/y", "/z");
    }
}
