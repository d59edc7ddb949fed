package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.cdn.UsageLedger;
import io.purgewise.site.InvalidationItem;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Says what every {@link UsageLedger} must do.
 *
 * <p>Extend it for an implementation of your own.
 */
public abstract class UsageLedgerContract {

    private static final DistributionId SITE = DistributionId.of("E1SITE");
    private static final DistributionId OTHER = DistributionId.tenant("E1SITE");
    private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);
    private static final YearMonth DECEMBER = YearMonth.of(2026, 12);

    private UsageLedger ledger = UsageLedger.inMemory();

    /** Creates the contract; JUnit does so for each test. */
    protected UsageLedgerContract() {}

    /**
     * Connects an instance to the store under test, which is empty when a test starts.
     *
     * @return the instance
     */
    protected abstract UsageLedger connect();

    @BeforeEach
    void connectOnce() {
        ledger = connect();
    }

    private static Invalidation invalidation(String reference, int quantity, String createTime) {
        return new Invalidation(
                "I" + reference,
                Invalidation.Status.IN_PROGRESS,
                Instant.parse(createTime),
                new CallerReference(reference),
                quantity,
                Set.of("/a"));
    }

    @Test
    void pathsAreCountedInTheMonthOfTheirCreationInUtc() {
        ledger.record(SITE, invalidation("r1", 3, "2026-11-30T23:59:59.999Z"));
        ledger.record(SITE, invalidation("r2", 4, "2026-12-01T00:00:00Z"));
        ledger.record(SITE, invalidation("r3", 5, "2026-12-02T00:00:00Z"));

        assertThat(ledger.paths(NOVEMBER)).isEqualTo(3);
        assertThat(ledger.paths(DECEMBER)).isEqualTo(9);
        assertThat(ledger.paths(YearMonth.of(2027, 1))).isZero();
    }

    @Test
    void anInvalidationIsCountedOncePerDistributionAndReference() {
        Invalidation invalidation = invalidation("r1", 3, "2026-11-23T10:00:00Z");

        assertThat(ledger.record(SITE, invalidation)).isTrue();
        assertThat(ledger.record(SITE, invalidation)).isFalse();
        assertThat(connect().record(SITE, invalidation)).isFalse();
        assertThat(ledger.record(OTHER, invalidation)).isTrue();

        assertThat(connect().paths(NOVEMBER)).isEqualTo(6);
    }

    private static UsageLedger.Reservation reservation(String reference, int paths, YearMonth month) {
        return reservation(reference, paths, month, Duration.ofMinutes(1));
    }

    private static UsageLedger.Reservation reservation(
            String reference, int paths, YearMonth month, Duration patience) {
        Instant since = month.atDay(23).atTime(10, 0).toInstant(ZoneOffset.UTC);
        return new UsageLedger.Reservation(SITE, new CallerReference(reference), paths, since, since.plus(patience));
    }

    @Test
    void pathsAreReservedUpToTheLimitAndNoFurther() {
        assertThat(ledger.reserve(reservation("r1", 6, NOVEMBER), 10)).isTrue();
        assertThat(connect().reserve(reservation("r2", 5, NOVEMBER), 10)).isFalse();
        assertThat(connect().reserve(reservation("r3", 4, NOVEMBER), 10)).isTrue();
        assertThat(ledger.reserve(reservation("r4", 1, NOVEMBER), 10)).isFalse();

        assertThat(connect().paths(NOVEMBER)).isEqualTo(10);
        assertThat(ledger.reserve(reservation("r4", 11, DECEMBER), 10)).isFalse();
        assertThat(ledger.reserve(reservation("r4", 10, DECEMBER), 10)).isTrue();
    }

    @Test
    void aBatchIsReservedOnceAndWhatIsCountedNeedsNoReservation() {
        assertThat(ledger.reserve(reservation("r1", 6, NOVEMBER), 10)).isTrue();
        assertThat(connect().reserve(reservation("r1", 6, NOVEMBER), 10)).isTrue();
        assertThat(ledger.paths(NOVEMBER)).isEqualTo(6);

        assertThat(ledger.record(SITE, invalidation("r2", 4, "2026-11-23T10:00:00Z")))
                .isTrue();
        assertThat(ledger.reserve(reservation("r2", 4, NOVEMBER), 10)).isTrue();
        assertThat(ledger.paths(NOVEMBER)).isEqualTo(10);
    }

    @Test
    void whatWasReservedIsCountedOnce() {
        ledger.reserve(reservation("r1", 6, NOVEMBER), 10);
        assertThat(ledger.record(SITE, invalidation("r1", 6, "2026-11-23T10:00:00Z")))
                .isTrue();
        assertThat(connect().record(SITE, invalidation("r1", 6, "2026-11-23T10:00:00Z")))
                .isFalse();
        ledger.release(reservation("r1", 6, NOVEMBER));

        assertThat(ledger.paths(NOVEMBER)).isEqualTo(6);
    }

    @Test
    void whatWasReservedIsGivenBackOnce() {
        ledger.reserve(reservation("r1", 6, NOVEMBER), 10);
        ledger.reserve(reservation("r2", 3, NOVEMBER), 10);
        ledger.release(reservation("r1", 6, NOVEMBER));
        connect().release(reservation("r1", 6, NOVEMBER));
        ledger.release(reservation("never", 1, NOVEMBER));

        assertThat(ledger.paths(NOVEMBER)).isEqualTo(3);
    }

    @Test
    void whatIsReservedIsListedUntilItIsCountedOrGivenBack() {
        String longReference = "l".repeat(700);
        ledger.reserve(reservation("r1", 6, NOVEMBER), 100);
        ledger.reserve(reservation("r2", 3, NOVEMBER), 100);
        ledger.reserve(reservation(longReference, 2, NOVEMBER), 100);
        ledger.reserve(reservation("r4", 1, DECEMBER), 100);
        ledger.record(SITE, invalidation("r2", 3, "2026-11-23T10:00:00Z"));
        assertThat(connect().reservations(NOVEMBER))
                .containsExactlyInAnyOrder(reservation("r1", 6, NOVEMBER), reservation(longReference, 2, NOVEMBER));

        connect().release(reservation("r1", 6, NOVEMBER));
        assertThat(ledger.reservations(NOVEMBER)).containsExactly(reservation(longReference, 2, NOVEMBER));
        assertThat(ledger.reservations(DECEMBER)).hasSize(1);
    }

    /** Whoever finds a reservation abandoned must not give back what another instance sends under it meanwhile. */
    @Test
    void whatIsReservedForLongerSinceIsNotGivenBack() {
        ledger.reserve(reservation("r1", 6, NOVEMBER), 6);
        assertThat(connect().reserve(reservation("r1", 6, NOVEMBER, Duration.ofHours(1)), 6))
                .isTrue();
        assertThat(connect().reserve(reservation("r1", 6, NOVEMBER), 6)).isTrue();

        ledger.release(reservation("r1", 6, NOVEMBER));
        assertThat(ledger.paths(NOVEMBER)).isEqualTo(6);
        ledger.release(reservation("r1", 6, NOVEMBER, Duration.ofHours(1)));
        assertThat(ledger.paths(NOVEMBER)).isZero();
    }

    @Test
    void manyThatReserveAtOnceKeepWithinTheLimit() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> all = IntStream.range(0, 4)
                    .mapToObj(thread -> threads.submit(() -> {
                        UsageLedger own = connect();
                        int reserved = 0;
                        for (int i = 0; i < 20; i++) {
                            reserved += own.reserve(reservation("t" + thread + "-" + i, 3, NOVEMBER), 100) ? 3 : 0;
                        }
                        return reserved;
                    }))
                    .toList();
            int reserved = 0;
            for (Future<Integer> each : all) {
                reserved += each.get();
            }
            assertThat(reserved).isEqualTo(99);
        } finally {
            threads.shutdownNow();
        }
        assertThat(ledger.paths(NOVEMBER)).isEqualTo(99);
    }

    @Test
    void manyRecordersAtOnceLoseNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> recorders = IntStream.range(0, 4)
                    .mapToObj(thread -> threads.submit(() -> {
                        UsageLedger own = connect();
                        int counted = 0;
                        for (int i = 0; i < 40; i++) {
                            // Each invalidation is recorded by two of the threads.
                            String reference = "r" + (thread / 2) + "-" + i;
                            counted += own.record(SITE, invalidation(reference, 2, "2026-11-23T10:00:00Z")) ? 1 : 0;
                        }
                        return counted;
                    }))
                    .toList();
            int counted = 0;
            for (Future<Integer> recorder : recorders) {
                counted += recorder.get();
            }
            assertThat(counted).isEqualTo(80);
        } finally {
            threads.shutdownNow();
        }
        assertThat(ledger.paths(NOVEMBER)).isEqualTo(160);
    }

    @Test
    void theLedgerIsRebuiltFromTheHistoryOfTheCdn() throws Exception {
        ManualClock clock = ManualClock.startingAt(Instant.parse("2026-10-30T00:00:00Z"));
        FakeCloudFront cloudFront = FakeCloudFront.builder(clock)
                .quotas(FakeQuotas.none())
                .distribution(SITE)
                .distribution(OTHER)
                .build();
        for (int i = 0; i < 250; i++) {
            cloudFront.submit(new InvalidationBatch(
                    i % 2 == 0 ? SITE : OTHER,
                    List.of(InvalidationItem.parse("/a"), InvalidationItem.parse("/" + i + "*")),
                    new CallerReference("r" + i)));
            clock.advance(Duration.ofHours(4));
        }
        Random faults = new Random(7);
        cloudFront.failBy(call -> faults.nextInt(10) == 0 ? Fault.THROTTLED : Fault.NONE);
        ledger.record(SITE, cloudFront.accepted(SITE).get(20));
        Ambient ambient = new Ambient(clock, clock::advance, new Random(7));

        int counted = ledger.rebuild(NOVEMBER, List.of(SITE, OTHER), cloudFront, ambient);

        assertThat(ledger.paths(NOVEMBER)).isEqualTo(cloudFront.meter().paths(NOVEMBER));
        assertThat(counted).isEqualTo((int) cloudFront.meter().paths(NOVEMBER) / 2 - 1);
        assertThat(ledger.paths(YearMonth.of(2026, 10))).isZero();
        assertThat(ledger.rebuild(NOVEMBER, List.of(SITE, OTHER), cloudFront, ambient))
                .isZero();
    }
}
