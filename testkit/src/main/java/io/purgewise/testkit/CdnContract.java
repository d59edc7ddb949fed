package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.site.InvalidationItem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Says what every {@link Cdn} must do, shown on a {@link FakeCloudFront} that the implementation is put in front of.
 *
 * <p>Extend it for an implementation of your own, and give back from {@link #connect} one that talks to the fake.
 */
public abstract class CdnContract {

    private static final DistributionId SITE = DistributionId.of("E1SITE");
    private static final DistributionId TAGGED = DistributionId.of("E2TAGGED");
    private static final DistributionId TENANT = DistributionId.tenant("dt_1");
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    private final ManualClock clock = ManualClock.startingAt(START);
    private FakeCloudFront cloudFront = account().build();
    private Cdn cdn = cloudFront;

    /** Creates the contract; JUnit does so for each test. */
    protected CdnContract() {}

    /**
     * Connects the implementation under test to an account.
     *
     * @param account the fake account
     * @return the implementation
     */
    protected abstract Cdn connect(FakeCloudFront account);

    @BeforeEach
    void connectToAFreshAccount() {
        use(account());
    }

    private FakeCloudFront.Builder account() {
        return FakeCloudFront.builder(clock)
                .quotas(FakeQuotas.none())
                .distribution(SITE)
                .distribution(TAGGED, "x-site-tags")
                .distribution(TENANT);
    }

    private void use(FakeCloudFront.Builder account) {
        cloudFront = account.build();
        cdn = connect(cloudFront);
    }

    private static Consumer<Throwable> isFor(CdnException.Reason reason) {
        return thrown -> assertThat(thrown)
                .isInstanceOfSatisfying(
                        CdnException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static InvalidationBatch batch(DistributionId distribution, String reference, String... paths) {
        return new InvalidationBatch(
                distribution, Stream.of(paths).map(InvalidationItem::parse).toList(), new CallerReference(reference));
    }

    @Test
    void anAcceptedBatchIsReadBackWholeAndInProgress() {
        Invalidation accepted = cdn.submit(batch(SITE, "r1", "/a", "/b*", "/c?x=1&y=<".replace("<", "%3C")));

        Invalidation read = cdn.read(SITE, accepted.id());

        assertThat(read).isEqualTo(accepted);
        assertThat(read.status()).isEqualTo(Invalidation.Status.IN_PROGRESS);
        assertThat(read.createTime()).isEqualTo(START);
        assertThat(read.quantity()).isEqualTo(3);
        assertThat(read.paths()).containsExactlyInAnyOrder("/a", "/b*", "/c?x=1&y=%3C");
        assertThat(read.isOf(batch(SITE, "r1", "/b*", "/c?x=1&y=%3C", "/a"))).isTrue();
    }

    @Test
    void anInvalidationCompletesAsTimeGoesBy() {
        Invalidation accepted = cdn.submit(batch(SITE, "r1", "/a"));

        clock.advance(Duration.ofSeconds(19));
        assertThat(cdn.read(SITE, accepted.id()).status()).isEqualTo(Invalidation.Status.IN_PROGRESS);
        clock.advance(Duration.ofSeconds(1));
        assertThat(cdn.read(SITE, accepted.id()).status()).isEqualTo(Invalidation.Status.COMPLETED);
    }

    @Test
    void theSameReferenceWithTheSamePathsIsNotPaidTwice() {
        Invalidation first = cdn.submit(batch(SITE, "r1", "/a", "/b"));

        assertThat(cdn.submit(batch(SITE, "r1", "/b", "/a")).id()).isEqualTo(first.id());
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(2);
    }

    @Test
    void theSameReferenceWithOtherPathsIsRefused() {
        cdn.submit(batch(SITE, "r1", "/a"));

        assertThatThrownBy(() -> cdn.submit(batch(SITE, "r1", "/b"))).isInstanceOfSatisfying(CdnException.class, e -> {
            assertThat(e.reason()).isEqualTo(CdnException.Reason.REFERENCE_USED);
            assertThat(e).hasMessageContaining("r1");
            assertThat(e.errorCode()).contains("InvalidationBatchAlreadyExists");
            assertThat(e.requestId()).isPresent();
        });
    }

    @Test
    void aReferenceThatIsUsedIsToldApartFromABadPath() {
        use(account().callerReferences(CallerReferenceMemory.OBSERVED));
        cdn.submit(batch(SITE, "r1", "/a"));

        assertThatThrownBy(() -> cdn.submit(batch(SITE, "r1", "/a")))
                .satisfies(isFor(CdnException.Reason.REFERENCE_USED))
                .isInstanceOfSatisfying(
                        CdnException.class, e -> assertThat(e.errorCode()).contains("InvalidArgument"));
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(1);
    }

    @Test
    void referencesAreRememberedPerDistribution() {
        cdn.submit(batch(SITE, "r1", "/a"));
        cdn.submit(batch(TAGGED, "r1", "/a"));

        assertThat(cloudFront.meter().totalPaths()).isEqualTo(2);
    }

    @Test
    void theListHoldsEverythingWithTheNewestFirst() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 230; i++) {
            ids.add(0, cdn.submit(batch(SITE, "r" + i, "/p" + i)).id());
            clock.advance(Duration.ofSeconds(1));
        }

        List<Invalidation.Summary> listed = new ArrayList<>();
        cdn.list(SITE).forEach(listed::add);

        assertThat(listed).extracting(Invalidation.Summary::id).containsExactlyElementsOf(ids);
        assertThat(listed.get(0).status()).isEqualTo(Invalidation.Status.IN_PROGRESS);
        assertThat(listed.get(229).status()).isEqualTo(Invalidation.Status.COMPLETED);
        assertThat(listed.get(229).createTime()).isEqualTo(START);
        assertThat(cdn.list(TAGGED)).isEmpty();
    }

    @Test
    void aTenantIsInvalidatedApartFromDistributions() {
        Invalidation accepted = cdn.submit(batch(TENANT, "r1", "/a"));

        assertThat(cdn.read(TENANT, accepted.id())).isEqualTo(accepted);
        assertThat(cdn.list(TENANT)).extracting(Invalidation.Summary::id).containsExactly(accepted.id());
        assertThat(cdn.list(SITE)).isEmpty();
    }

    @Test
    void theCacheTagHeaderIsFoundWhereThereIsOne() {
        assertThat(cdn.cacheTagHeader(TAGGED)).contains("x-site-tags");
        assertThat(cdn.cacheTagHeader(SITE)).isEmpty();
    }

    @Test
    void tagsAndPathsGoInOneBatch() {
        Invalidation accepted = cdn.submit(batch(TAGGED, "r1", "/a", "#t1"));

        assertThat(cdn.read(TAGGED, accepted.id()).paths()).containsExactlyInAnyOrder("/a", "#t1");
    }

    @Test
    void anUnknownDistributionIsNamedAsSuch() {
        DistributionId unknown = DistributionId.of("E9NONE");

        assertThatThrownBy(() -> cdn.submit(batch(unknown, "r1", "/a")))
                .satisfies(isFor(CdnException.Reason.NO_SUCH_DISTRIBUTION));
        assertThatThrownBy(() -> cdn.read(unknown, "I1")).satisfies(isFor(CdnException.Reason.NO_SUCH_DISTRIBUTION));
        assertThatThrownBy(() -> cdn.list(unknown).iterator().hasNext())
                .satisfies(isFor(CdnException.Reason.NO_SUCH_DISTRIBUTION));
        assertThatThrownBy(() -> cdn.cacheTagHeader(unknown))
                .satisfies(isFor(CdnException.Reason.NO_SUCH_DISTRIBUTION));
    }

    @Test
    void aForbiddenDistributionIsNamedAsSuchAndSaysWhatToGrant() {
        cloudFront.forbid(SITE);
        assertThatThrownBy(() -> cdn.submit(batch(SITE, "r1", "/a")))
                .satisfies(isFor(CdnException.Reason.DENIED))
                .hasMessageContaining("cloudfront:CreateInvalidation");
        assertThatThrownBy(() -> cdn.read(SITE, "I1")).satisfies(isFor(CdnException.Reason.DENIED));
        cloudFront.allow(SITE);
        assertThat(cdn.submit(batch(SITE, "r1", "/a")).quantity()).isEqualTo(1);
    }

    @Test
    void anUnknownInvalidationIsNamedAsSuch() {
        assertThatThrownBy(() -> cdn.read(SITE, "I9NONE")).satisfies(isFor(CdnException.Reason.NO_SUCH_INVALIDATION));
    }

    @Test
    void theQuotaInProgressRefusesTheWholeBatchUntilThereIsRoom() {
        use(account().quotas(FakeQuotas.inProgress()));
        cdn.submit(batch(SITE, "r1", wildcards(0, 15)));
        clock.advance(Duration.ofSeconds(2));

        assertThatThrownBy(() -> cdn.submit(batch(SITE, "r2", "/x", "/y*")))
                .satisfies(isFor(CdnException.Reason.BUSY))
                .isInstanceOfSatisfying(
                        CdnException.class, e -> assertThat(e.requestId()).isPresent());
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(15);

        clock.advance(Duration.ofSeconds(20));
        assertThat(cdn.submit(batch(SITE, "r2", "/x", "/y*")).quantity()).isEqualTo(2);
    }

    @Test
    void theRateOfWildcardsIsThrottled() {
        use(account().quotas(FakeQuotas.rates()));
        cdn.submit(batch(SITE, "r1", "/x*"));

        assertThatThrownBy(() -> cdn.submit(batch(SITE, "r2", "/y*"))).satisfies(isFor(CdnException.Reason.THROTTLED));
        clock.advance(Duration.ofSeconds(1));
        cdn.submit(batch(SITE, "r2", "/y*"));
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(2);
    }

    private static String[] wildcards(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "/w" + i + "/*").toArray(String[]::new);
    }

    @Test
    void aBatchThatIsTooLargeIsNamedAsSuch() {
        FakeQuotas none = FakeQuotas.none();
        use(account().quotas(new FakeQuotas(3000, 15, 2, none.items(), none.wildcards(), none.calls())));

        assertThatThrownBy(() -> cdn.submit(batch(SITE, "r1", "/a", "/b", "/c")))
                .satisfies(isFor(CdnException.Reason.TOO_LARGE));
    }

    @Test
    void onePathThatTheCdnRefusesRefusesTheBatch() {
        cloudFront.rejectPath("/b'");

        assertThatThrownBy(() -> cdn.submit(batch(SITE, "r1", "/a", "/b'")))
                .satisfies(isFor(CdnException.Reason.INVALID));
        assertThat(cloudFront.meter().totalPaths()).isZero();
    }

    @Test
    void aLostAnswerIsAnUnknownOutcomeThatTheSameReferenceResolves() {
        cloudFront.failNext(CdnCall.SUBMIT, Fault.DROP_ANSWER);

        assertThatThrownBy(() -> cdn.submit(batch(SITE, "r1", "/a")))
                .satisfies(isFor(CdnException.Reason.OUTCOME_UNKNOWN))
                .hasMessageContaining("r1");
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(1);

        assertThat(cdn.submit(batch(SITE, "r1", "/a")).quantity()).isEqualTo(1);
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(1);
    }

    @Test
    void aServerErrorIsAnUnknownOutcomeToo() {
        for (Fault fault : List.of(Fault.UNAVAILABLE, Fault.UNAVAILABLE_BUT_DONE, Fault.DROP_REQUEST)) {
            cloudFront.failNext(CdnCall.SUBMIT, fault);
            assertThatThrownBy(() -> cdn.submit(batch(SITE, fault.name(), "/a")))
                    .satisfies(isFor(CdnException.Reason.OUTCOME_UNKNOWN));
        }
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(1);
    }

    @Test
    void aQuestionThatGetsNoAnswerIsUnavailable() {
        Invalidation accepted = cdn.submit(batch(SITE, "r1", "/a"));
        cloudFront.failNext(CdnCall.READ, Fault.UNAVAILABLE);
        assertThatThrownBy(() -> cdn.read(SITE, accepted.id())).satisfies(isFor(CdnException.Reason.UNAVAILABLE));

        // An HTTP client may ask again by itself when a connection breaks, so it breaks every time.
        cloudFront.failBy(call -> call == CdnCall.LIST ? Fault.DROP_ANSWER : Fault.NONE);
        assertThatThrownBy(() -> cdn.list(SITE).iterator().hasNext()).satisfies(isFor(CdnException.Reason.UNAVAILABLE));

        cloudFront.failNext(CdnCall.READ, Fault.THROTTLED);
        assertThatThrownBy(() -> cdn.read(SITE, accepted.id())).satisfies(isFor(CdnException.Reason.THROTTLED));
    }

    @Test
    void everyFailureSaysWhatToDoNext() {
        cloudFront.failNext(CdnCall.SUBMIT, Fault.TOO_MANY, Fault.THROTTLED, Fault.DROP_REQUEST);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> cdn.submit(batch(SITE, "r1", "/a")))
                    .isInstanceOf(CdnException.class)
                    .hasMessageContaining("batch");
        }
    }
}
