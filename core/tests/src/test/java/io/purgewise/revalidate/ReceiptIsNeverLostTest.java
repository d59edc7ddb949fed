package io.purgewise.revalidate;

import static io.purgewise.testkit.PurgewiseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.site.CdnTag;
import io.purgewise.site.Router;
import io.purgewise.testkit.Fault;
import io.purgewise.testkit.SiteInMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shows that whatever fails once marks are written is in the receipt, and what is healthy is cleared. */
class ReceiptIsNeverLostTest {

    private static final DistributionId GONE = DistributionId.of("E9GONE");

    private final SiteInMemory site = SiteInMemory.builder()
            .page(Router.APP_PAGE, "/about", "about")
            .page(Router.APP_PAGE, "/news", "news")
            .cacheTagHeader("x-site-tags")
            .build();

    @BeforeEach
    void editAPageThatTheEdgeHolds() {
        site.read("/about");
        site.edit("/about");
    }

    @Test
    void aSecondDistributionThatIsNotThere() throws InterruptedException {
        Receipt receipt = site.revalidatorBuilder()
                .clearing(clearing(GONE).cacheTags("x-site-tags", Instant.EPOCH).build())
                .cdnTags(tag -> CdnTag.hashOf(tag.value()))
                .build()
                .revalidate(Change.tag("about"));
        isSeen();
        assertThat(receipt.problems()).isNotEmpty().allSatisfy(problem -> {
            assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_CLEARED);
            assertThat(problem.subject()).contains("E9GONE");
            assertThat(problem.repeatable()).isFalse();
        });
        assertThat(receipt.await(Duration.ofMinutes(1))).isFalse();
    }

    @Test
    void knownUrlsThatFail() throws InterruptedException {
        Receipt receipt = site.revalidatorBuilder(clearing -> clearing.knownUrls(() -> {
                    throw new IllegalStateException("the index store is down");
                }))
                .build()
                .revalidate(Change.tag("about"));
        isSeen();
        assertThat(receipt.submissions().get(0).planned().reasons())
                .anySatisfy(reason -> assertThat(reason).contains("the index store is down"));
    }

    @Test
    void aTagIndexThatFailsForOneChangeOfTwo() throws InterruptedException {
        Receipt receipt = site.revalidatorBuilder()
                .tagIndex(build -> {
                    throw new UncheckedIOException(new IOException("disk"));
                })
                .build()
                .revalidate(Change.path("/about"), Change.tag("news"));
        isSeen();
        assertThat(receipt).clears("/about");
        assertThat(receipt.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Problem.Kind.PAGES_UNKNOWN);
            assertThat(problem.subject()).isEqualTo("tag:news");
            assertThat(problem.message()).contains("disk");
            assertThat(problem.repeatable()).isTrue();
        });
    }

    @Test
    void aRendererThatThrows() throws InterruptedException {
        Receipt receipt = site.revalidatorBuilder()
                .renderer(pages -> {
                    throw new IllegalStateException("the pool is shut down");
                })
                .build()
                .revalidate(Change.tag("about"));
        isSeen();
        assertThat(receipt.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_RENDERED);
            assertThat(problem.message()).contains("the pool is shut down");
        });
    }

    @Test
    void aRendererThatForgetsAPage() throws InterruptedException {
        Receipt receipt =
                site.revalidatorBuilder().renderer(pages -> List.of()).build().revalidate(Change.tag("about"));
        isSeen();
        assertThat(receipt).hasProblemAbout("/about");
    }

    @Test
    void aRefusingDistributionIsAProblemThatRepeatingDoesNotHelp() throws InterruptedException {
        site.cloudFront().forbid(site.distribution());
        Receipt receipt = site.revalidate(Change.tag("about"));
        assertThat(receipt.problems()).isNotEmpty().noneMatch(Problem::repeatable);
        site.cloudFront().allow(site.distribution());
        assertThat(receipt.await(Duration.ofMinutes(1))).isFalse();
    }

    /** A call waited for a quarter of an hour, without a word. */
    @Test
    void aCdnThatDoesNotAnswerIsGivenUpAfterTheDeadline() throws InterruptedException {
        site.cloudFront().failBy(call -> Fault.UNAVAILABLE);
        Instant before = site.clock().instant();
        Receipt receipt = site.revalidator().revalidate(Change.tag("about"));
        assertThat(Duration.between(before, site.clock().instant()))
                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(75));
        assertThat(receipt.problems())
                .isNotEmpty()
                .allMatch(problem -> problem.kind() == Problem.Kind.BUSY && problem.repeatable());
    }

    @Test
    void theDeadlineIsTheCallersToSet() throws InterruptedException {
        site.cloudFront().failBy(call -> Fault.UNAVAILABLE);
        Instant before = site.clock().instant();
        site.revalidatorBuilder().deadline(Duration.ofSeconds(10)).build().revalidate(Change.tag("about"));
        assertThat(Duration.between(before, site.clock().instant())).isLessThan(Duration.ofSeconds(20));
    }

    private Clearing.Builder clearing(DistributionId distribution) {
        return Clearing.builder(
                InvalidationSubmitter.builder(
                                site.cloudFront(), new Ambient(site.clock(), site::pause, new SplittableRandom(7)))
                        .build(),
                distribution);
    }

    private void isSeen() {
        site.clock().advance(Duration.ofMinutes(1));
        assertThat(site.edge()).reader("/about").sees("/about version 2");
    }
}
