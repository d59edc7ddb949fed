package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.site.InvalidationItem;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Gives {@link OpenNextFaultsContract} ports with faults, and looks whether it finds them; misuse of the extension too. */
class ContractsCanFailTest {

    /** O9: one Query, no second page. */
    static class WithATruncatingTable extends OpenNextFaultsTest {

        @Override
        protected TagCache tagCache() {
            TagCache whole = super.tagCache();
            return new TagCache() {
                @Override
                public List<TagRow> rowsOfTag(String tag) {
                    return whole.rowsOfTag(tag).stream().limit(1000).toList();
                }

                @Override
                public List<TagRow> rowsOfPath(String path) {
                    return whole.rowsOfPath(path);
                }

                @Override
                public WriteReport write(Collection<TagRow> marks) {
                    return whole.write(marks);
                }
            };
        }
    }

    @Test
    void aTableThatTruncatesIsFound() {
        assertThat(failuresOf(WithATruncatingTable.class))
                .containsExactlyInAnyOrder("aTagWithManyRowsIsMarkedWhole", "moreThanABatchHoldsGoesOutInBatches");
    }

    /** O1 to O3: paths with query variants are left out. */
    static class WithoutQueryVariants extends OpenNextFaultsTest {

        @Override
        protected Cdn cdn() {
            return new CdnWrapper(super.cdn()) {
                @Override
                public Invalidation submit(InvalidationBatch batch) {
                    List<InvalidationItem> kept = batch.items().stream()
                            .map(item -> item.isWildcard() && item.spelling().endsWith("?*")
                                    ? InvalidationItem.parse(item.spelling().replace("?*", "?_rsc=*"))
                                    : item)
                            .toList();
                    return super.submit(new InvalidationBatch(batch.distribution(), kept, batch.reference()));
                }
            };
        }
    }

    /** OpenNext clears {@code ?_rsc=*} and forgets every other query. */
    @Test
    void aCdnThatForgetsQueryVariantsIsFound() {
        assertThat(failuresOf(WithoutQueryVariants.class))
                .contains(
                        "aTagClearsThePagesThatCarryIt",
                        "inNextModeAPageIsClearedByName",
                        "manyPagesStayWithinTheQuotaOfWildcards",
                        "theHomePageIsClearedWithItsData",
                        "theHomePageIsClearedAtItsUrl",
                        "aPageOfThePagesRouterIsClearedWithItsData",
                        "pathsAreSpelledAsTheCdnTakesThem")
                .doesNotContain("aTagWithManyRowsIsMarkedWhole");
    }

    /** A table that answers as if all had been written. */
    static class WithAForgetfulTable extends OpenNextFaultsTest {

        @Override
        protected TagCache tagCache() {
            TagCache whole = super.tagCache();
            return new TagCache() {
                @Override
                public List<TagRow> rowsOfTag(String tag) {
                    return whole.rowsOfTag(tag);
                }

                @Override
                public List<TagRow> rowsOfPath(String path) {
                    return whole.rowsOfPath(path);
                }

                @Override
                public WriteReport write(Collection<TagRow> marks) {
                    return new WriteReport(marks.stream()
                            .map(mark -> new WriteReport.Result(mark, WriteReport.Outcome.WRITTEN, null))
                            .toList());
                }
            };
        }
    }

    @Test
    void aTableThatLosesMarksIsFound() {
        assertThat(failuresOf(WithAForgetfulTable.class))
                .containsExactlyInAnyOrder(
                        "aTagWithManyRowsIsMarkedWhole",
                        "inNextModeATagIsMarkedAndNeverSilentlyLeftAtTheCdn",
                        "inNextModeAPageIsClearedByName");
    }

    @WithSite
    static class WithASiteForAllTests {

        @BeforeAll
        static void tooEarly(SiteInMemory site) {
            site.clock();
        }

        @Test
        void never() {}
    }

    @Test
    void aSiteForAllTestsIsRefusedWithAdvice() {
        Events containers = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(WithASiteForAllTests.class))
                .execute()
                .containerEvents();
        assertThat(containers.failed().stream())
                .singleElement()
                .satisfies(event -> assertThat(event.getRequiredPayload(TestExecutionResult.class)
                                .getThrowable()
                                .orElseThrow())
                        .hasMessageContaining("tooEarly")
                        .hasMessageContaining("@BeforeEach"));
    }

    private static Set<String> failuresOf(Class<?> contract) {
        Events tests = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(contract))
                .execute()
                .testEvents();
        assertThat(tests.started().count()).isEqualTo(12);
        return tests.failed().stream()
                .map(event ->
                        event.getTestDescriptor().getUniqueId().getLastSegment().getValue())
                .map(method -> method.substring(0, method.indexOf('(')))
                .collect(Collectors.toSet());
    }
}
