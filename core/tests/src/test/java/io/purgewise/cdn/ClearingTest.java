package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.CdnWrapper;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ClearingTest extends ClearingWorld {

    @Test
    void whatIsPlannedIsSentOnceAndCounted() {
        Clearing clearing = clearing(SITE).ledger(ledger).build();

        Planned planned = clearing.plan(List.of(wanted("/a", "/a?*"), wanted("/b")), Clearing.Escalation.NONE, "1");
        Cleared cleared = clearing.submit(planned.batches(), MINUTE);
        Cleared again =
                clearing.submit(planned.batches(), clock.instant(), MINUTE, InvalidationSubmitter.Progress.NONE);

        assertThat(planned.taken()).isEqualTo(2);
        assertThat(planned.reasons()).isEmpty();
        assertThat(cleared.isComplete()).isTrue();
        assertThat(cleared(SITE)).containsExactly("/a", "/a?*", "/b");
        assertThat(again.accepted()).isEqualTo(cleared.accepted());
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(3).isEqualTo(ledger.paths(NOVEMBER));
    }

    @Test
    void nothingWantedIsNothingSent() {
        Clearing clearing = clearing(SITE).build();
        Planned planned = clearing.plan(List.of(), Clearing.Escalation.EVERYTHING, "1");
        assertThat(planned.batches()).isEmpty();
        assertThat(clearing.submit(planned.batches(), MINUTE).isComplete()).isTrue();
    }

    @Test
    void aSourceOfKnownUrlsThatFailsMakesADearerPlanAndAReason() {
        Planned planned = clearing(SITE)
                .knownUrls(() -> {
                    throw new IllegalStateException("index store is down");
                })
                .build()
                .plan(List.of(wanted("/p/a"), wanted("/p/b")), Clearing.Escalation.NONE, "1");

        assertThat(items(planned)).containsExactly("/p/a", "/p/b");
        assertThat(planned.reasons()).singleElement().asString().contains("index store is down");
    }

    /** Below a mistyped prefix no page was listed, so that clearing the whole site looked free. */
    @Test
    void aListingThatFoundNothingDoesNotMakeWildcardsFree() {
        Planned planned = clearing(SITE)
                .knownUrls(() -> UrlIndex.of(List.of()))
                .build()
                .plan(List.of(wanted("/p/a"), wanted("/q/b")), Clearing.Escalation.NONE, "1");

        assertThat(items(planned)).containsExactly("/p/a", "/q/b");
        assertThat(planned.reasons()).singleElement().asString().contains("known URLs are none");
    }

    @Test
    void oneTagStandsForThePagesOfAChangeWhereTagsAreRead() {
        List<Wanted> change = List.of(wanted("/p/a", "/p/b", "/q/c", "#t"));

        assertThat(items(clearing(TAGGED)
                        .cacheTags("x-tags", Instant.EPOCH)
                        .build()
                        .plan(change, Clearing.Escalation.NONE, "1")))
                .containsExactly("#t");
        assertThat(items(clearing(TAGGED).build().plan(change, Clearing.Escalation.NONE, "1")))
                .containsExactly("/p/a", "/p/b", "/q/c");
        Planned unread =
                clearing(SITE).cacheTags("x-tags", Instant.EPOCH).build().plan(change, Clearing.Escalation.NONE, "1");
        assertThat(items(unread)).containsExactly("/p/a", "/p/b", "/q/c");
        assertThat(unread.reasons()).singleElement().asString().contains("reads cache tags from no header");
    }

    @Test
    void aTagWhosePagesNobodyKnowsIsSentOrLeftAndSaid() {
        List<Wanted> change = List.of(wanted("#t"), wanted("/a"));

        assertThat(items(clearing(TAGGED)
                        .cacheTags("x-tags", Instant.EPOCH)
                        .build()
                        .plan(change, Clearing.Escalation.NONE, "1")))
                .containsExactly("#t", "/a");
        Planned unread =
                clearing(SITE).cacheTags("x-tags", Instant.EPOCH).build().plan(change, Clearing.Escalation.NONE, "1");
        assertThat(items(unread)).containsExactly("/a");
        assertThat(unread.left()).singleElement().satisfies(left -> {
            assertThat(left.item()).isEqualTo("#t");
            assertThat(left.repeatable()).isFalse();
        });
    }

    /** 91 batches of tags in 90 days cleared nothing, and a distribution that was told to read tags was refused for 30 days. */
    @Test
    void turningCacheTagsOffOrOnIsNoticedWithinMinutes() {
        AtomicReference<Optional<String>> header = new AtomicReference<>(Optional.of("x-tags"));
        Clearing clearing = Clearing.builder(
                        submitter(new CdnWrapper(cloudFront) {
                            @Override
                            public Optional<String> cacheTagHeader(DistributionId distribution) {
                                return Objects.requireNonNull(header.get());
                            }
                        }),
                        TAGGED)
                .cacheTags("x-tags", Instant.EPOCH)
                .build();
        List<Wanted> change = List.of(wanted("/p/a", "/p/b", "#t"));
        assertThat(items(clearing.plan(change, Clearing.Escalation.NONE, "1"))).containsExactly("#t");

        header.set(Optional.empty());
        clock.advance(Duration.ofMinutes(5));
        assertThat(items(clearing.plan(change, Clearing.Escalation.NONE, "2"))).containsExactly("/p/a", "/p/b");

        header.set(Optional.of("x-tags"));
        clock.advance(Duration.ofMinutes(5));
        Planned again = clearing.plan(change, Clearing.Escalation.NONE, "3");
        assertThat(items(again)).as("what was cached meanwhile has no tag").containsExactly("/p/a", "/p/b");
        assertThat(again.reasons()).singleElement().asString().contains("clear everything and set a later date");
    }

    @Test
    void whetherTagsAreReadIsNotKnownSoPathsAreCleared() {
        for (Fault fault : List.of(Fault.UNAVAILABLE, Fault.THROTTLED)) {
            cloudFront.failNext(CdnCall.CONFIG, fault);
            Clearing clearing =
                    clearing(TAGGED).cacheTags("x-tags", Instant.EPOCH).build();

            Planned planned = clearing.plan(List.of(wanted("/p/a", "/p/b", "#t")), Clearing.Escalation.NONE, "1");

            assertThat(items(planned)).containsExactly("/p/a", "/p/b");
            assertThat(planned.reasons()).singleElement().asString().contains("cannot be found out now");
            assertThat(items(clearing.plan(List.of(wanted("/p/a", "/p/b", "#t")), Clearing.Escalation.NONE, "2")))
                    .as("asked again at once, since there was no answer")
                    .containsExactly("#t");
        }
    }

    @Test
    void anUnknownDistributionIsWhatStoppedAndNothingIsThrown() {
        Clearing clearing = clearing(DistributionId.of("E9NONE"))
                .cacheTags("x-tags", Instant.EPOCH)
                .build();
        Planned planned = clearing.plan(List.of(wanted("/a", "/b", "#t")), Clearing.Escalation.NONE, "1");

        Cleared cleared = clearing.submit(planned.batches(), MINUTE);

        assertThat(cleared.accepted()).isEmpty();
        assertThat(cleared.open()).isEqualTo(planned.batches());
        assertThat(cleared.stoppedBy())
                .isNotNull()
                .satisfies(e -> assertThat(e.reason()).isEqualTo(CdnException.Reason.NO_SUCH_DISTRIBUTION));
    }

    @Test
    void escalationIsAsWideAsThePolicyLets() {
        List<Wanted> change = List.of(wanted("/p/a"), wanted("/p/b"), wanted("/q/c"));
        assertThat(items(clearing(SITE).build().plan(change, Clearing.Escalation.EVERYTHING, "1")))
                .containsExactly("/*");
        assertThat(items(clearing(SITE).build().plan(change, Clearing.Escalation.FEWEST_ITEMS, "1")))
                .containsExactly("/*");

        Planned kept = clearing(SITE)
                .policy(PlanPolicy.balanced().toBuilder()
                        .protectedPrefixes(List.of("/static/"))
                        .build())
                .build()
                .plan(change, Clearing.Escalation.EVERYTHING, "1");
        assertThat(items(kept)).containsExactly("/p/*", "/q/c");
        assertThat(kept.reasons()).singleElement().asString().contains("protects");
    }

    /** A page {@code /~x} cleared the whole site as "requested", protected prefixes and all. */
    @Test
    void whatCloudFrontCannotNameIsClearedInsideThePolicyOrLeft() {
        UrlIndex known = UrlIndex.of(List.of("/team/a", "/team/b", "/q", "/other"));
        Wanted change =
                new Wanted(Set.of(UrlPattern.parse("/q")), Set.of(new UnnameableUrl("/team/~x", false)), Set.of());

        Planned allowed = clearing(SITE)
                .knownUrls(() -> known)
                .policy(PlanPolicy.balanced().toBuilder().maxCollateral(2).build())
                .build()
                .plan(List.of(change), Clearing.Escalation.NONE, "1");
        assertThat(items(allowed)).containsExactly("/q", "/team/*");
        assertThat(allowed.plan().cost().collateral()).isEqualTo(2);
        assertThat(allowed.left()).isEmpty();

        Planned left = clearing(SITE)
                .knownUrls(() -> known)
                .policy(PlanPolicy.noCollateral())
                .build()
                .plan(List.of(change), Clearing.Escalation.NONE, "1");
        assertThat(items(left)).containsExactly("/q");
        assertThat(left.left()).singleElement().satisfies(each -> {
            assertThat(each.item()).isEqualTo("/team/~x");
            assertThat(each.reason()).contains("/team/*");
        });

        Wanted tagged = new Wanted(change.patterns(), change.unnameable(), Set.of(new CdnTag("t")));
        assertThat(items(clearing(TAGGED)
                        .cacheTags("x-tags", Instant.EPOCH)
                        .knownUrls(() -> known)
                        .policy(PlanPolicy.noCollateral())
                        .build()
                        .plan(List.of(tagged), Clearing.Escalation.NONE, "1")))
                .containsExactly("#t");
    }

    @Test
    @SuppressWarnings("NullAway") // what callers without NullAway may do
    void nullIsNamedBeforeAnythingIsDone() {
        Clearing clearing = clearing(SITE).build();
        assertThatThrownBy(() -> clearing.plan(null, Clearing.Escalation.NONE, "1"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("wanted");
        assertThatThrownBy(() -> clearing.submit(List.of(), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("deadline");
        assertThatThrownBy(() -> Clearing.builder(submitter(cloudFront), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("distribution");
        assertThatThrownBy(() -> new InvalidationBatch(SITE, List.of(InvalidationItem.parse("/a")), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("reference");
    }
}
