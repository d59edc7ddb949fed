package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cache.CacheAccessException;
import io.purgewise.cache.TagRow;
import io.purgewise.site.BuildId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Collects old builds in an S3 emulator and in DynamoDB Local, and nothing else. */
class OldBuildsTest {

    private static final String FETCH = "0f".repeat(32);
    private static final String ROUTE = "route-cache/APP_PAGE/" + FETCH + "/$";
    private static final LocalBucket BUCKET = new LocalBucket();

    private final LocalTagTable table = new LocalTagTable();
    private final OldBuilds old =
            OldBuilds.of(BUCKET.client(), LocalBucket.BUCKET, "_cache", table.client(), table.name());

    @BeforeEach
    void empty() {
        BUCKET.empty();
    }

    @AfterEach
    void close() {
        table.close();
    }

    @AfterAll
    static void stop() {
        BUCKET.close();
    }

    /** OpenNext B19: rows and objects of every build stay for good. */
    @Test
    void oldBuildsAreCollectedAndLiveOnesAreNot() {
        for (String build : List.of("B1", "B2", "B3")) {
            BUCKET.put("_cache/" + build + "/p.cache", "{\"type\":\"app\"}");
            BUCKET.put("_cache/__fetch/" + build + "/" + FETCH, "{}");
            String meta = "__meta_" + build + "_/p";
            table.put(List.of(TagRow.registered(build + "/t", build + "/p"), TagRow.registered(meta, meta)));
        }
        OldBuilds.Survey survey = old.survey();
        assertThat(survey.builds())
                .extracting(found -> found.build().value())
                .containsExactlyInAnyOrder("B1", "B2", "B3");
        assertThat(survey.builds()).extracting(OldBuilds.Leftover::objects).containsOnly(2L);
        assertThat(survey.doubtful()).isEmpty();
        assertThatThrownBy(() -> OldBuilds.of(BUCKET.client(), LocalBucket.BUCKET, "", table.client(), table.name()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(table.rows()).as("nothing went in a dry run").hasSize(6);

        // Deleting B1 once took the metadata of a build B1_2 along, which starts the same.
        table.put(List.of(TagRow.registered("__meta_B1_2_/p", "__meta_B1_2_/p")));
        OldBuilds.Collected collected = old.collect(BuildId.of("B1"));
        assertThat(collected).isEqualTo(new OldBuilds.Collected(BuildId.of("B1"), 2, 2, List.of()));
        assertThat(old.survey().builds())
                .extracting(found -> found.build().value())
                .containsExactlyInAnyOrder("B2", "B3");
        assertThat(table.rows())
                .hasSize(5)
                .noneMatch(row -> row.tag().contains("B1/") || row.tag().contains("B1_/"));
    }

    @Test
    void theNewestAndTheLiveBuildsAreNoGarbage() {
        OldBuilds.Survey survey = survey("B3", "B2", "B1");
        assertThat(survey.garbage(1, List.of(BuildId.of("B2")))).containsExactly(BuildId.of("B1"));
        assertThat(survey.garbage(5, List.of(BuildId.of("B3")))).isEmpty();
        assertThatThrownBy(() -> survey.garbage(1, List.of())).hasMessageContaining("name the live ones");
    }

    /** A mistyped live build once made the one that served visitors garbage. */
    @Test
    void aLiveBuildThatIsNotStoredStopsEverything() {
        OldBuilds.Survey survey = survey("new", "live");
        assertThatThrownBy(() -> survey.garbage(1, List.of(BuildId.of("live"), BuildId.of("lvie"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lvie")
                .hasMessageContaining("[new, live]");
        assertThatThrownBy(() -> survey().garbage(1, List.of(BuildId.of("live"))))
                .hasMessageContaining("no build is");
    }

    /** Each was once listed as a build and deleted as the oldest: another site's pages, or somebody's backups. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop/LIVE/index.cache",
                "shop/LIVE/products/1.cache",
                "shop/LIVE/route-cache/APP_PAGE/0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f/$/p.cache",
                "shop/__fetch/LIVE/0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
                "team/shop/LIVE/index.cache",
                "shop/notes.txt",
                "shop/LIVE/",
                "shop/.cache",
                "shop//p.cache",
                "__fetch/shop/not-a-hash",
                "__fetch/shop/LIVE/0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
                "my backups/index.cache",
                "50%/index.cache"
            })
    void whatMayBeNoBuildIsListedAndLeft(String key) {
        BUCKET.put("_cache/new1/index.cache", "{}");
        BUCKET.put("_cache/" + key, "{}");
        OldBuilds.Survey survey = old.survey();
        assertThat(survey.builds()).extracting(OldBuilds.Leftover::build).containsExactly(BuildId.of("new1"));
        assertThat(survey.doubtful()).singleElement().satisfies(folder -> {
            assertThat("/" + key + "/").contains("/" + folder.folder() + "/");
            assertThat(folder.objects()).isOne();
        });
        assertThat(survey.garbage(1, List.of(BuildId.of("new1")))).isEmpty();
    }

    @Test
    void oneForeignObjectAmongTheEntriesIsEnoughToLeaveAFolder() {
        BUCKET.put("_cache/B/index.cache", "{}");
        BUCKET.put("_cache/B/LIVE/" + ROUTE + "/p.cache", "{}");
        BUCKET.put("_cache/C/index.cache", "{}");
        BUCKET.put("_cache/C/db.dump", "x");
        assertThat(old.survey().builds()).isEmpty();
        for (String build : List.of("B", "C")) {
            assertThatThrownBy(() -> old.collect(BuildId.of(build)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("_cache/" + build + "/");
        }
        assertThat(old.survey().doubtful())
                .extracting(OldBuilds.Doubtful::objects)
                .containsExactly(2L, 2L);
    }

    @Test
    void everyKindOfEntryMakesABuild() {
        BUCKET.put("_cache/home/index.cache", "{}");
        BUCKET.put("_cache/home/fr/deep/page.cache", "{}");
        BUCKET.put("_cache/home/photos/[id].cache", "{}");
        BUCKET.put("_cache/missing/_not-found.cache", "{}");
        BUCKET.put("_cache/missing/500.cache", "{}");
        BUCKET.put("_cache/scoped/" + ROUTE + "/deep/page.cache", "{}");
        BUCKET.put("_cache/scoped/[\"fn\",[1]].composable", "{}");
        BUCKET.put("_cache/__fetch/fetches/" + FETCH, "{}");
        BUCKET.put("_cache/rows/deep/page.cache", "{}");
        table.put(List.of(TagRow.registered("rows/t", "rows/deep/page")));
        OldBuilds.Survey survey = old.survey();
        assertThat(survey.doubtful()).isEmpty();
        assertThat(survey.builds())
                .extracting(found -> found.build().value())
                .containsExactlyInAnyOrder("home", "missing", "scoped", "fetches", "rows");
        for (OldBuilds.Leftover build : survey.builds()) {
            assertThat(old.collect(build.build()).objects()).isEqualTo(build.objects());
        }
        assertThat(old.survey().builds()).isEmpty();
    }

    /** {@code collect(BuildId.of("__fetch"))} once deleted the fetches of all builds. */
    @ParameterizedTest
    @ValueSource(strings = {"__fetch", "route-cache", "nothing", "shop"})
    void aNameThatIsNoBuildIsNotCollected(String name) {
        BUCKET.put("_cache/B/index.cache", "{}");
        BUCKET.put("_cache/__fetch/B/" + FETCH, "{}");
        BUCKET.put("_cache/route-cache/index.cache", "{}");
        BUCKET.put("_cache/shop/LIVE/index.cache", "{}");
        table.put(List.of(TagRow.registered("__fetch/t", "__fetch/p")));
        assertThatThrownBy(() -> old.collect(BuildId.of(name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("_cache/" + name + "/");
        assertThat(old.survey().builds())
                .extracting(OldBuilds.Leftover::objects)
                .containsExactly(2L);
        assertThat(table.rows()).hasSize(1);
    }

    @Test
    void aTableThatIsNotThereIsSaidBeforeAnythingIsDeleted() {
        BUCKET.put("_cache/B/index.cache", "{}");
        OldBuilds mistaken =
                OldBuilds.of(BUCKET.client(), LocalBucket.BUCKET, "_cache", table.client(), "no-such-table");
        assertThatThrownBy(mistaken::survey)
                .isInstanceOf(CacheAccessException.class)
                .hasMessageContaining("no-such-table");
        assertThatThrownBy(() -> mistaken.collect(BuildId.of("B"))).isInstanceOf(CacheAccessException.class);
        assertThat(old.survey().builds()).hasSize(1);
    }

    private static OldBuilds.Survey survey(String... builds) {
        return new OldBuilds.Survey(
                List.of(builds).stream()
                        .map(build -> new OldBuilds.Leftover(BuildId.of(build), Instant.EPOCH, 1, 1))
                        .toList(),
                List.of());
    }
}
