package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.Debt;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Drain;
import io.purgewise.cdn.DrainReport.Outcome;
import io.purgewise.cdn.InMemoryUsageLedger;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.cdn.Lease;
import io.purgewise.cdn.LeaseLostException;
import io.purgewise.cdn.Outbox;
import io.purgewise.cdn.OutboxDrainer;
import io.purgewise.cdn.OutboxEntry;
import io.purgewise.cdn.SubmissionException;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Says what must become of changes when one of a site's distributions refuses them, on any {@link Outbox}: the others are
 * cleared, nothing is lost, and nothing is paid twice.
 *
 * <p>Extend it for an implementation of your own.
 */
public abstract class RefusalContract {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final YearMonth MONTH = YearMonth.of(2026, 11);
    private static final DistributionId GOOD = DistributionId.of("E1GOOD");
    private static final DistributionId OTHER = DistributionId.of("E2OTHER");
    private static final DistributionId UNKNOWN = DistributionId.of("E9NONE");

    /** What the outbox under test tells the time by. */
    protected final ManualClock clock = ManualClock.startingAt(START);

    private final InMemoryUsageLedger ledger = new InMemoryUsageLedger();
    private final List<String> events = new ArrayList<>();
    private FakeCloudFront cloudFront = account().build();
    private int entries;

    /** Creates the contract; JUnit does so for each test. */
    protected RefusalContract() {}

    /**
     * Connects an instance to the store under test, which is empty when a test starts.
     *
     * @return the instance, telling the time by {@link #clock}
     */
    protected abstract Outbox connect();

    private FakeCloudFront.Builder account() {
        return FakeCloudFront.builder(clock)
                .quotas(FakeQuotas.strict())
                .distribution(GOOD)
                .distribution(OTHER);
    }

    private OutboxDrainer drainer(DistributionId... distributions) {
        return drainer(connect(), distributions);
    }

    private OutboxDrainer drainer(Outbox outbox, DistributionId... distributions) {
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront, new Ambient(clock, clock::advance, new Random(1)))
                .listener(new CdnListener() {
                    @Override
                    public void refusedBy(DistributionId distribution, SubmissionException failure, int batches) {
                        events.add(distribution + " " + batches);
                    }
                })
                .build();
        return OutboxDrainer.builder(outbox, submitter, List.of(distributions))
                .ledger(ledger)
                .build();
    }

    private OutboxEntry entry(String... paths) {
        Set<UrlPattern> patterns = Stream.of(paths).map(UrlPattern::parse).collect(Collectors.toSet());
        return new OutboxEntry("e" + entries++, clock.instant(), clock.instant(), patterns, Set.of());
    }

    private Set<String> cleared(DistributionId distribution) {
        return cloudFront.accepted(distribution).stream()
                .flatMap(each -> each.paths().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void assertNothingIsPaidTwice() {
        long distinct = cloudFront.account().acceptedAnywhere().stream()
                .mapToLong(each -> each.paths().size())
                .sum();
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(distinct);
        assertThat(ledger.paths(MONTH)).isEqualTo(distinct);
        for (DistributionId each : List.of(GOOD, OTHER)) {
            assertThat(cloudFront.accepted(each).stream()
                            .flatMap(invalidation -> invalidation.paths().stream())
                            .toList())
                    .as("paths of %s", each)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void whatIsOwedIsKeptOnceApartFromTheEntriesUntilItIsRepaid() {
        Outbox outbox = connect();
        Lease lease = outbox.acquire("test").orElseThrow();
        Debt small = debt("small", 1, false);
        Debt large = debt("large", 3000, true);
        outbox.owe(lease, List.of(small, large));
        outbox.owe(lease, List.of(small));

        assertThat(connect().owed(lease)).containsExactlyInAnyOrder(small, large);
        assertThat(outbox.size()).isZero();
        assertThat(outbox.isIdle()).isTrue();
        Drain repayment = new Drain(
                "d1",
                START,
                START,
                Set.of(OTHER, GOOD),
                Set.of(OTHER),
                List.of(),
                List.of(large.owed()),
                List.of(large.reference()));
        outbox.open(lease, repayment);
        assertThat(connect().openDrain(lease)).contains(repayment);
        outbox.close(lease, repayment);
        assertThat(outbox.owed(lease)).containsExactly(small);
    }

    private static Debt debt(String reference, int count, boolean tried) {
        List<InvalidationItem> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(
                    InvalidationItem.parse("/a-rather-long-category/with-a-product-that-has-a-very-long-name/which-goes"
                            + "-on-and-on-so-that-the-batch-does-not-fit-in-one-item/" + i));
        }
        InvalidationBatch batch = new InvalidationBatch(OTHER, items, new CallerReference(reference));
        return new Debt(batch, START, tried, Set.of(GOOD, DistributionId.tenant("dt_1")));
    }

    @Test
    void whoHasLostTheLeaseCannotOweAnything() {
        Outbox outbox = connect();
        Lease old = outbox.acquire("old").orElseThrow();
        outbox.release(old);
        Lease lease = outbox.acquire("new").orElseThrow();

        assertThatThrownBy(() -> outbox.owe(old, List.of(debt("d", 1, false))))
                .isInstanceOf(LeaseLostException.class)
                .hasMessageContaining("do nothing, or drain again later");
        assertThatThrownBy(() -> outbox.owed(old)).isInstanceOf(LeaseLostException.class);
        assertThat(outbox.owed(lease)).isEmpty();
    }

    @Test
    void anUnknownDistributionHoldsUpNoChangeOfTheOthers() {
        OutboxDrainer drainer = drainer(UNKNOWN, GOOD);
        drainer.append(List.of(entry("/a")));

        assertThatThrownBy(drainer::drain)
                .isInstanceOfSatisfying(
                        SubmissionException.class,
                        e -> assertThat(e.retryable()).isFalse())
                .hasMessageContaining("check the distribution ID");
        drainer.append(List.of(entry("/b")));
        clock.advance(Duration.ofSeconds(10));
        assertThat(drainer.drainWhenDue().outcome()).isEqualTo(Outcome.EMPTY);

        assertThat(cleared(GOOD)).containsExactly("/a", "/b");
        assertThat(connect().size()).isZero();
        assertThat(events).containsExactly("E9NONE 1");
        assertNothingIsPaidTwice();
    }

    @Test
    void whatAForbiddenDistributionIsOwedIsPaidInOnePlanWhenItTakesCallsAgain() {
        cloudFront.forbid(OTHER);
        OutboxDrainer drainer = drainer(OTHER, GOOD);
        drainer.append(List.of(entry("/first")));
        assertThatThrownBy(drainer::drain).isInstanceOf(SubmissionException.class);
        for (int i = 0; i < 5; i++) {
            drainer.append(List.of(entry("/p/" + i, "/again")));
            clock.advance(Duration.ofSeconds(10));
            drainer.drainWhenDue();
        }
        long attempts = cloudFront.calls(CdnCall.SUBMIT);
        assertThat(cleared(OTHER)).isEmpty();

        cloudFront.allow(OTHER);
        clock.advance(Duration.ofHours(1));
        drainer.drainWhenDue();

        assertThat(cleared(OTHER)).containsExactly("/again", "/first", "/p/0", "/p/1", "/p/2", "/p/3", "/p/4");
        assertThat(cloudFront.calls(CdnCall.SUBMIT) - attempts)
                .as("what was tried, and one plan of what was not")
                .isEqualTo(2);
        assertThat(connect().owed(connect().acquire("test").orElseThrow())).isEmpty();
        assertThat(cloudFront.accepted(OTHER)).hasSize(2);
    }

    @Test
    void aDistributionThatRefusesIsAskedEverMoreSeldom() {
        OutboxDrainer drainer = drainer(UNKNOWN, GOOD);
        drainer.append(List.of(entry("/a")));
        assertThatThrownBy(drainer::drain).isInstanceOf(SubmissionException.class);
        List<Duration> asked = new ArrayList<>();
        Instant start = clock.instant();
        while (Duration.between(start, clock.instant()).compareTo(Duration.ofHours(5)) < 0) {
            clock.advance(Duration.ofMinutes(2));
            try {
                drainer.drainWhenDue();
            } catch (SubmissionException e) {
                asked.add(Duration.between(start, clock.instant()));
            }
        }

        assertThat(asked.get(0)).isLessThan(Duration.ofMinutes(3));
        assertThat(asked).hasSizeBetween(8, 12);
    }

    @Test
    void aNewInstanceAsksAtOnceAndFlushSaysWhatIsRefused() throws Exception {
        cloudFront.forbid(OTHER);
        OutboxDrainer first = drainer(OTHER, GOOD);
        first.append(List.of(entry("/a")));
        assertThatThrownBy(() -> first.flush(Duration.ofMinutes(1)))
                .isInstanceOf(SubmissionException.class)
                .hasMessageContaining("CreateInvalidation");
        assertThatThrownBy(() -> first.flush(Duration.ofMinutes(1)))
                .as("as long as it is owed something")
                .isInstanceOf(SubmissionException.class);
        cloudFront.allow(OTHER);

        assertThat(drainer(OTHER, GOOD).flush(Duration.ofMinutes(1))).isTrue();

        assertThat(cleared(OTHER)).containsExactly("/a");
        assertThat(cleared(GOOD)).containsExactly("/a");
        assertNothingIsPaidTwice();
    }

    @Test
    void anAnswerThatWasLostBeforeTheRefusalIsNotPaidTwice() {
        for (CallerReferenceMemory memory : CallerReferenceMemory.values()) {
            cloudFront = account().callerReferences(memory).build();
            Outbox outbox = connect();
            OutboxDrainer drainer = drainer(outbox, OTHER, GOOD);
            drainer.append(List.of(entry("/a")));
            cloudFront.failNext(CdnCall.SUBMIT, Fault.DROP_ANSWER);
            // The batch is accepted, its answer lost, and then the rights are gone before it can be looked for.
            cloudFront.failBy(call -> {
                if (call == CdnCall.LIST) {
                    cloudFront.forbid(OTHER);
                }
                return Fault.NONE;
            });
            assertThatThrownBy(drainer::drain).isInstanceOf(SubmissionException.class);
            cloudFront.failBy(call -> Fault.NONE);
            cloudFront.allow(OTHER);

            drainer.drain();

            assertThat(cleared(OTHER)).containsExactly("/a");
            assertThat(cloudFront.meter().totalPaths()).as("%s", memory).isEqualTo(2);
        }
    }

    @Test
    void aMistypedDistributionIsMadeGoodByTheRightOne() {
        OutboxDrainer mistyped = drainer(GOOD, UNKNOWN);
        mistyped.append(List.of(entry("/a"), entry("/b")));
        assertThatThrownBy(mistyped::drain).isInstanceOf(SubmissionException.class);
        mistyped.append(List.of(entry("/c")));
        mistyped.append(List.of(entry("/d")));
        clock.advance(Duration.ofSeconds(20));
        mistyped.drainWhenDue();

        drainer(GOOD, OTHER).drain();

        assertThat(cleared(OTHER)).containsExactly("/a", "/b", "/c", "/d");
        assertThat(cleared(GOOD)).containsExactly("/a", "/b", "/c", "/d");
        assertNothingIsPaidTwice();
        assertThat(connect().owed(connect().acquire("test").orElseThrow())).isEmpty();
    }

    @Test
    void whereEveryDistributionRefusesChangesWaitInTheOutbox() {
        OutboxDrainer mistyped = drainer(UNKNOWN);
        mistyped.append(List.of(entry("/a")));
        assertThatThrownBy(mistyped::drain).isInstanceOf(SubmissionException.class);
        mistyped.append(List.of(entry("/b")));
        clock.advance(Duration.ofSeconds(10));
        assertThat(mistyped.drainWhenDue().outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(connect().size()).isEqualTo(1);

        drainer(GOOD).drain();

        assertThat(cleared(GOOD)).containsExactly("/a", "/b");
        assertNothingIsPaidTwice();
    }

    @Test
    void aDistributionThatIsTakenAwayLeavesItsPartAlone() {
        OutboxDrainer both = drainer(GOOD, UNKNOWN);
        both.append(List.of(entry("/a")));
        assertThatThrownBy(both::drain).isInstanceOf(SubmissionException.class);

        assertThat(drainer(GOOD).drain().outcome()).isEqualTo(Outcome.EMPTY);

        assertThat(cleared(GOOD)).containsExactly("/a");
        assertNothingIsPaidTwice();
        Outbox outbox = connect();
        assertThat(outbox.owed(outbox.acquire("test").orElseThrow())).hasSize(1);
    }

    /** Weeks of refusal must not fill the outbox with one debt for each drain. */
    @Test
    void manyDebtsAreFoldedIntoOne() {
        OutboxDrainer drainer = drainer(GOOD, UNKNOWN);
        drainer.append(List.of(entry("/first")));
        assertThatThrownBy(drainer::drain).isInstanceOf(SubmissionException.class);
        Outbox outbox = connect();
        int most = 0;
        for (int i = 0; i < 30; i++) {
            drainer.append(List.of(entry("/p/" + i % 20)));
            clock.advance(Duration.ofMillis(2100));
            try {
                drainer.drainWhenDue();
            } catch (SubmissionException e) {
                // Asked again in vain.
            }
            Lease lease = outbox.acquire("test").orElseThrow();
            most = Math.max(most, outbox.owed(lease).size());
            outbox.release(lease);
        }

        assertThat(most).isBetween(20, 22);
        drainer(GOOD, OTHER).drain();
        assertThat(cleared(OTHER)).hasSize(21).isEqualTo(cleared(GOOD));
    }
}
