package io.purgewise.revalidate;

import static io.purgewise.testkit.PurgewiseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.purgewise.cache.BuildIds;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.site.BuildId;
import io.purgewise.site.CdnTag;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.testkit.SiteInMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows that a change of what is not there is never called done, and writes and costs nothing. */
class WhatIsNotThereTest {

    private final SiteInMemory docs = SiteInMemory.builder(
                    Site.builder(BuildId.of("b1")).basePath("/docs").build())
            .page(Router.APP_PAGE, "/blog/hello", "posts")
            .page(Router.APP_PAGE, "/intro")
            .page(Router.PAGES, "/fruit/バナナ")
            .build();

    /** Each of these ended as done, while the reader kept the old page. */
    @ParameterizedTest
    @CsvSource({
        "/blog/helo, /blog/hello",
        "/fruit/%E3%83%90%E3%83%8A%E3%83%8A, /fruit/バナナ",
        "/blog/[slug], route:/blog/[slug]",
        "/docs/intro, without the base path"
    })
    void anUnknownPathIsAProblemThatNamesTheLikelyMistake(String path, String mistake) throws InterruptedException {
        List<TagRow> before = docs.table().rows();
        Receipt receipt = docs.revalidate(Change.path(path));
        assertThat(receipt.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_FOUND);
            assertThat(problem.repeatable()).isFalse();
            assertThat(problem.message()).contains(mistake);
        });
        assertThat(receipt.await(Duration.ofMinutes(1))).isFalse();
        assertThat(docs.table().rows()).isEqualTo(before);
        assertThat(docs.cloudFront().meter().totalPaths()).isZero();
    }

    @Test
    void aPathThatIsSaidToBeNewIsClearedAsGiven() throws InterruptedException {
        Receipt receipt = docs.revalidate(Change.path("/blog/new").evenIfUnknown());
        assertThat(receipt).isComplete().clears("/docs/blog/new", "/docs/_next/data/b1/blog/new.json");
    }

    @Test
    void oneUnknownPathDoesNotStopTheOthers() throws InterruptedException {
        Receipt receipt = docs.revalidate(Change.path("/nowhere"), Change.path("/intro"));
        assertThat(receipt)
                .hasProblemAbout("path:/nowhere")
                .clears("/docs/intro")
                .doesNotClear("/docs/nowhere");
    }

    /** A mistyped build ID left a junk row in the table, paid, and was done. */
    @ParameterizedTest
    @ValueSource(
            strings = {"path:/intro", "new-path:/x", "tag:posts", "layout:/", "page:APP_PAGE:/intro", "everything"})
    void aBuildOfWhichNothingIsStoredIsAProblem(String change) throws InterruptedException {
        List<TagRow> before = docs.table().rows();
        Revalidator wrong = docs.revalidatorBuilder()
                .buildIds(BuildIds.fixed(BuildId.of("zzzz")))
                .build();
        Receipt receipt = wrong.revalidate(Change.parse(change));
        assertThat(receipt.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_FOUND);
            assertThat(problem.message()).contains("zzzz");
        });
        assertThat(docs.table().rows()).isEqualTo(before);
        assertThat(docs.cloudFront().meter().totalPaths()).isZero();
    }

    @Test
    void aReplacedBuildThatWasCollectedIsNoProblem() throws InterruptedException {
        Revalidator deployed = docs.revalidatorBuilder()
                .buildIds(now -> new BuildIds.Live(BuildId.of("b1"), List.of(BuildId.of("b0"))))
                .build();
        Receipt receipt = deployed.revalidate(Change.path("/intro")).orThrow();
        assertThat(receipt.changes().get(0).notes()).singleElement().asString().contains("b0");
        assertThat(docs.table().rows()).noneMatch(row -> row.path().startsWith("b0/"));
    }

    /** With the table alone to look in, a wrong build shows by its knowing no page. */
    @ParameterizedTest
    @ValueSource(strings = {"path:/intro", "tag:posts", "layout:/", "everything"})
    void aBuildThatTheOnlyTableDoesNotKnowIsAProblem(String change) throws InterruptedException {
        List<TagRow> before = docs.table().rows();
        Revalidator wrong = Revalidator.builder(
                        docs.site(), docs.revalidator().clearings().get(0))
                .tagCache(docs.tagCache())
                .buildIds(BuildIds.fixed(BuildId.of("zzzz")))
                .build();
        assertThat(wrong.revalidate(Change.parse(change)).problems())
                .singleElement()
                .extracting(Problem::kind)
                .isEqualTo(Problem.Kind.NOT_FOUND);
        assertThat(docs.table().rows()).isEqualTo(before);
        assertThat(docs.cloudFront().meter().totalPaths()).isZero();
    }

    @Test
    void aTagThatNoPageCarriesIsAnAnswer() throws InterruptedException {
        Receipt receipt = docs.revalidate(Change.tag("no-such-tag")).orThrow();
        assertThat(receipt.changes().get(0).notes()).singleElement().asString().contains("no page carries no-such-tag");
        assertThat(receipt.await(Duration.ZERO)).isTrue();
        assertThat(receipt).clearsNothing();
    }

    /** In next mode the table knows no pages, so without an index nobody can say that there are none. */
    @ParameterizedTest
    @ValueSource(strings = {"tag:posts", "tag:no-such-tag", "route:/blog/[slug]"})
    void inNextModeWithoutAnIndexThePagesOfATagAreUnknown(String change) throws InterruptedException {
        SiteInMemory next = SiteInMemory.builder()
                .mode(TagCacheMode.NEXT_MODE)
                .page(Router.APP_PAGE, "/blog/hello", "posts")
                .build();
        Receipt receipt = next.revalidate(Change.parse(change));
        assertThat(receipt.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Problem.Kind.PAGES_UNKNOWN);
            assertThat(problem.repeatable()).isFalse();
        });
    }

    /** The CDN's own tag clears what nobody can list: nothing was sent. */
    @Test
    void inNextModeWithoutAnIndexTheCdnsCacheTagIsSentAlone() throws InterruptedException {
        SiteInMemory next = SiteInMemory.builder()
                .mode(TagCacheMode.NEXT_MODE)
                .cacheTagHeader("x-site-tags")
                .page(Router.APP_PAGE, "/blog/hello", "posts")
                .build();
        next.read("/blog/hello");
        next.edit("/blog/hello");
        Receipt receipt = next.revalidate(Change.tag("posts")).orThrow();
        assertThat(receipt.submissions().get(0).cleared().accepted())
                .singleElement()
                .satisfies(invalidation -> assertThat(invalidation.paths())
                        .containsExactly(CdnTag.hashOf("posts").spelling()));
        next.clock().advance(Duration.ofMinutes(1));
        assertThat(next.edge()).reader("/blog/hello").sees("/blog/hello version 2");
    }

    /** Where a distribution reads no tags, that one item would clear nothing. */
    @Test
    void aCacheTagThatTheDistributionDoesNotReadIsAProblem() throws InterruptedException {
        SiteInMemory next = SiteInMemory.builder()
                .mode(TagCacheMode.NEXT_MODE)
                .page(Router.APP_PAGE, "/blog/hello", "posts")
                .build();
        Receipt receipt = next.revalidatorBuilder(clearing -> clearing.cacheTags("x-site-tags", Instant.EPOCH))
                .cdnTags(tag -> new CdnTag(tag.value()))
                .build()
                .revalidate(Change.tag("posts"));
        assertThat(receipt.problems()).singleElement().extracting(Problem::kind).isEqualTo(Problem.Kind.NOT_CLEARED);
        assertThat(receipt.await(Duration.ZERO)).isFalse();
        assertThat(next.cloudFront().meter().totalPaths()).isZero();
    }

    @ParameterizedTest
    @EnumSource(TagCacheMode.class)
    void everythingMarksAllAndClearsAll(TagCacheMode mode) throws InterruptedException {
        SiteInMemory site = SiteInMemory.builder()
                .mode(mode)
                .page(Router.APP_PAGE, "/", "home")
                .page(Router.APP_PAGE, "/blog/hello", "posts")
                .page(Router.PAGES, "/legacy/a")
                .build();
        List<String> paths = List.of("/", "/blog/hello", "/legacy/a");
        paths.forEach(site::read);
        paths.forEach(site::edit);
        Receipt receipt = site.revalidatorBuilder()
                .renderer(site.renderer())
                .build()
                .revalidate(Change.everything())
                .orThrow();
        assertThat(receipt.await(Duration.ofMinutes(1))).isTrue();
        assertThat(site.cloudFront()).wasPaid(1);
        assertThat(receipt).clears("/", "/blog/hello", "/_next/static/x.js", "/anything?x=1");
        paths.forEach(path -> assertThat(site.edge()).reader(path).sees(path + " version 2"));
    }

    @Test
    void everythingBelowABasePathLeavesItsNeighboursAlone() throws InterruptedException {
        assertThat(docs.revalidate(Change.everything()))
                .clears("/docs", "/docs?x=1", "/docs/intro", "/docs/_next/data/b1/x.json")
                .doesNotClear("/", "/docsy", "/shop");
    }

    @Test
    void aPageThatNoMarkReachesInNextModeIsAProblemOfEverything() throws InterruptedException {
        SiteInMemory next = SiteInMemory.builder()
                .mode(TagCacheMode.NEXT_MODE)
                .page(Router.PAGES, "/legacy/a")
                .build();
        assertThat(next.revalidate(Change.everything())).hasProblemAbout("/legacy/a");
    }

    @Test
    @SuppressWarnings("NullAway") // what callers without NullAway may do
    void aNullChangeIsRefusedBeforeAnythingIsDone() {
        List<TagRow> before = docs.table().rows();
        Revalidator revalidator = docs.revalidator();
        List<Change> holey = new ArrayList<>(Arrays.asList(Change.path("/intro"), null));
        assertThatNullPointerException()
                .isThrownBy(() -> revalidator.revalidate(holey))
                .withMessage("change");
        assertThatNullPointerException()
                .isThrownBy(() -> revalidator.revalidate(Change.path("/intro"), null))
                .withMessage("change");
        assertThatNullPointerException()
                .isThrownBy(() -> revalidator.mark(holey))
                .withMessage("change");
        assertThatNullPointerException()
                .isThrownBy(() -> revalidator.preview(Collections.singletonList(null)))
                .withMessage("change");
        assertThatNullPointerException()
                .isThrownBy(() -> revalidator.render(null))
                .withMessage("marked");
        assertThat(docs.table().rows()).isEqualTo(before);
    }

    @Test
    void theExceptionOfAnIncompleteRevalidationCarriesTheReceipt() throws InterruptedException {
        Receipt receipt = docs.revalidate(Change.path("/nowhere"));
        assertThatExceptionOfType(IncompleteRevalidationException.class)
                .isThrownBy(receipt::orThrow)
                .satisfies(e -> {
                    assertThat(e.receipt()).containsSame(receipt);
                    assertThat(e.repeatable()).isFalse();
                    assertThat(e.problems()).isEqualTo(receipt.problems());
                    assertThat(e).hasMessageContaining("/nowhere").hasMessageNotContaining("repeat");
                });
    }

    @Test
    void resultsPrintWhatTheySay() throws InterruptedException {
        assertThat(docs.revalidate(Change.tag("posts")))
                .hasToString("revalidate [tag:posts]: 1 marks, 1 pages, 2 paths to clear, [E1SITE accepted 2 paths in 1"
                        + " invalidations]");
        assertThat(docs.revalidator().preview(Change.route("/blog/[slug]", PathTags.Scope.PAGE)))
                .asString()
                .startsWith("would revalidate [route:/blog/[slug]]: ");
    }
}
