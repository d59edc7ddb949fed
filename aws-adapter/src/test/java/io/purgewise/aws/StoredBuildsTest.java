package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cache.BuildIds;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.StoredEntry;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagIndex;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.UnknownBuildException;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Receipt;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Works on real builds, stored in an S3 emulator and in DynamoDB Local. */
class StoredBuildsTest {

    private static final Instant T = Instant.parse("2026-11-23T10:00:00Z");

    /** A mark falls later than the second by which S3 dates entries. */
    private static final Instant MARKED = T.plusMillis(1);

    /** Loading a build takes longer than any test, so the tests share one bucket and put back what they change. */
    private static final LocalBucket BUCKET = new LocalBucket();

    private static final Map<String, Fixture> LOADED = new HashMap<>();

    private final LocalTagTable table = new LocalTagTable();
    private final S3IncrementalCache cache = S3IncrementalCache.of(BUCKET.client(), LocalBucket.BUCKET, "_cache");

    @AfterEach
    void close() {
        table.close();
    }

    @AfterAll
    static void stop() {
        BUCKET.close();
    }

    /** The index out of S3 answers what the seed rows say, which next mode has not got. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "o"})
    void theIndexFindsThePagesOfEveryTagThatTheSeedRowsKnow(String name) {
        Fixture fixture = stored(name);
        BuildId build = fixture.buildId();
        TagIndex index = TagIndex.empty(build)
                .refreshed(cache, 10, step -> assertThat(step.corrupt()).isEmpty());
        assertThat(index.complete()).isTrue();
        // All but /_not-found, which nobody can ask for.
        assertThat(index.state()).hasSize(148);
        Set<String> tags = fixture.seedRows().stream()
                .map(row -> row.tag().substring(build.value().length() + 1))
                .filter(tag -> !tag.startsWith("_N_T_") && !tag.contains(","))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(tags).hasSizeGreaterThan(50);
        for (String tag : tags) {
            Set<String> rows = fixture.seedRows().stream()
                    .filter(row -> row.tag().equals(build + "/" + tag))
                    .map(row -> row.path().substring(build.value().length() + 1))
                    .filter(path -> !path.matches("[0-9a-f]{64}"))
                    .collect(Collectors.toSet());
            assertThat(index.pagesOf(CacheTag.of(tag)))
                    .as(tag)
                    .extracting(CacheKey::value)
                    .containsExactlyInAnyOrderElementsOf(rows);
        }
        assertThat(index.pagesOf(CacheTag.of("a:a,b")))
                .extracting(CacheKey::pathname)
                .containsExactly("/a/a,b");
    }

    @Test
    void marksOfNextModeAreOneRowAndTheIndexNamesThePages() {
        Fixture fixture = stored("a");
        TagIndex index = TagIndex.empty(fixture.buildId()).refreshed(cache, 10, step -> {});
        Receipt.OfChange marked = mark(fixture, TagCacheMode.NEXT_MODE, index, "products");
        String key = fixture.buildId() + "/_tag/products";
        assertThat(table.rows()).containsExactly(TagRow.expire(key, key, MARKED));
        assertThat(marked.pages()).hasSizeGreaterThan(30).extracting(Page::path).contains("/products/7");
    }

    /** OpenNext never writes rows for route handlers rendered on demand; their objects carry the tag all the same. */
    @Test
    void thePagesWithoutRowsAreMarkedThroughTheIndex() {
        Fixture fixture = stored("a");
        TagIndex index = TagIndex.empty(fixture.buildId()).refreshed(cache, 10, step -> {});
        List<CacheKey> known = index.pagesOf(CacheTag.of("feed"));
        assertThat(known).extracting(CacheKey::pathname).containsExactly("/feed");
        Receipt.OfChange marked = mark(fixture, TagCacheMode.ORIGINAL, index, "feed");
        assertThat(marked.pages()).extracting(Page::path).containsExactly("/feed");
        assertThat(table.rows())
                .containsExactly(
                        TagRow.expire(fixture.buildId() + "/feed", fixture.buildId() + "/" + known.get(0), MARKED));
    }

    @Test
    void theRouterAndKeysOfAPageAreLookedUp() {
        Fixture fixture = stored("c");
        assertThat(cache.find(fixture.buildId(), "/fr/legacy/a%2Fb"))
                .singleElement()
                .satisfies(key -> assertThat(key.router()).contains(Router.PAGES));
        assertThat(cache.find(fixture.buildId(), "/legacy/a%2Fb")).isEmpty();
    }

    @Test
    void anInspectionSaysWhatStandsThere() {
        Fixture fixture = stored("a");
        OpenNextBuild output = OpenNextBuild.read(fixture.folder(), NextVersion.parse("16.4.6"), null);
        CacheKey shortened = key(output, "/products/1");
        BUCKET.put(
                object(fixture, shortened),
                "{\"type\":\"app\",\"meta\":{\"headers\":{\"x-next-cache-tags\":\"t\"}},\"html\":\"\",\"revalidate\":60}");
        BUCKET.put("_cache/" + fixture.buildId() + "/broken.cache", "oops");
        Instant now = cache.read(fixture.buildId(), shortened)
                .orElseThrow()
                .lastModified()
                .plusSeconds(90);
        BuildInspection inspection = BuildInspection.of(cache, fixture.buildId(), output, now, entries -> {});
        assertThat(inspection.pages()).hasSize(148);
        assertThat(inspection.fetches()).isEqualTo(89);
        assertThat(inspection.corrupt()).containsExactly("_cache/" + fixture.buildId() + "/broken.cache");
        assertThat(inspection.pages())
                .filteredOn(BuildInspection.PageReport::shortened)
                .singleElement()
                .satisfies(page -> {
                    assertThat(page.entry().key()).isEqualTo(shortened);
                    assertThat(page.planned()).hasHours(1);
                    assertThat(page.age()).hasSeconds(90);
                });
        restore(fixture, shortened);
        BUCKET.client()
                .deleteObject(delete ->
                        delete.bucket(LocalBucket.BUCKET).key("_cache/" + fixture.buildId() + "/broken.cache"));
    }

    /** A mistyped build was once reported as sound: 0 pages, done. */
    @Test
    void aBuildOfWhichNothingIsStoredCannotBeInspected() {
        assertThatThrownBy(() -> BuildInspection.of(cache, BuildId.of("no-such-build"), null, T, entries -> {}))
                .isInstanceOf(UnknownBuildException.class)
                .hasMessageContaining("no-such-build")
                .hasMessageContaining("check the build ID");
    }

    @Test
    void anEntryIsPurgedOnlyWhereItsPageComesBack() {
        Fixture fixture = stored("a");
        OpenNextBuild output = OpenNextBuild.read(fixture.folder(), NextVersion.parse("16.4.6"), null);
        CacheKey key = key(output, "/products/1");
        EntryPurge.of(cache, output::renderable)
                .multiTier(table.client(), table.name())
                .purge(fixture.buildId(), key);
        assertThat(cache.read(fixture.buildId(), key)).isEmpty();
        AttributeValue meta = AttributeValue.fromS("__meta_" + fixture.buildId() + "_/" + key);
        assertThat(table.client().scan(scan -> scan.tableName(table.name())).items())
                .containsExactly(Map.of("tag", meta, "path", meta, "deleted", AttributeValue.fromBool(true)));
        CacheKey foreign = CacheKey.routeScoped(Router.APP_PAGE, "/closed/[id]/page", "/closed/1");
        assertThatThrownBy(() -> EntryPurge.of(cache, output::renderable).purge(fixture.buildId(), foreign))
                .isInstanceOf(PurgeRefusedException.class)
                .hasMessageContaining("revalidate the page instead");
        CacheKey shell = key(output, "/products/2");
        BUCKET.put(
                object(fixture, shell),
                "{\"type\":\"app\",\"html\":\"\",\"meta\":{\"routeCache\":{\"isFallback\":true}}}");
        assertThatThrownBy(() -> EntryPurge.of(cache, output::renderable).purge(fixture.buildId(), shell))
                .isInstanceOf(PurgeRefusedException.class)
                .hasMessageContaining("shell");
        assertThat(cache.read(fixture.buildId(), shell)).isPresent();
        restore(fixture, key, shell);
    }

    @Test
    void theBuildIdIsReadNextToTheAssets() {
        BUCKET.put("_assets/shop/BUILD_ID", "build-2\n");
        BuildIds builds = BuildIds.following(
                S3BuildId.of(BUCKET.client(), LocalBucket.BUCKET, "/shop"),
                Duration.ofMinutes(1),
                Duration.ofMinutes(10));
        assertThat(builds.at(T).all()).containsExactly(BuildId.of("build-2"));
        BUCKET.put("_assets/shop/BUILD_ID", "build-3\n");
        assertThat(builds.at(T.plusSeconds(59)).all()).containsExactly(BuildId.of("build-2"));
        assertThat(builds.at(T.plusSeconds(60)).all()).containsExactly(BuildId.of("build-3"), BuildId.of("build-2"));
        assertThat(builds.at(T.plusSeconds(660)).all()).containsExactly(BuildId.of("build-3"));
        assertThatThrownBy(() ->
                        S3BuildId.of(BUCKET.client(), LocalBucket.BUCKET, "").get())
                .isInstanceOf(UnknownBuildException.class)
                .hasMessageContaining("_assets/BUILD_ID");
    }

    /** With a deploymentId every build's own ID is the same, and the caches bear another. */
    @Test
    void aHiddenDeploymentIdIsFoundInTheCaches() {
        S3BuildId ids =
                S3BuildId.of(BUCKET.client(), LocalBucket.BUCKET, "/hidden").lookingInto("hidden");
        BUCKET.put("_assets/hidden/BUILD_ID", BuildIds.HIDDEN);
        assertThatThrownBy(ids::get)
                .isInstanceOf(UnknownBuildException.class)
                .hasMessageContaining("no build is stored there");
        BUCKET.put("hidden/dpl_1/index.cache", "{\"type\":\"app\"}");
        BUCKET.put("hidden/another-site/B/index.cache", "{\"type\":\"app\"}");
        assertThat(ids.get()).isEqualTo("dpl_1");
        BUCKET.put("_assets/hidden/BUILD_ID", "build-4");
        assertThat(ids.get()).isEqualTo("build-4");
    }

    @Test
    void everyObjectOfABuildIsListedAsWhatItIs() {
        Fixture fixture = stored("b");
        List<ListedEntry> listed = cache.list(fixture.buildId(), null).entries();
        assertThat(listed).hasSize(149);
        assertThat(listed)
                .filteredOn(entry -> !(entry.entry() instanceof StoredEntry.PageEntry))
                .singleElement()
                .satisfies(entry -> assertThat(entry.entry()).isInstanceOf(StoredEntry.ShellEntry.class));
    }

    private Receipt.OfChange mark(Fixture fixture, TagCacheMode mode, TagIndex index, String tag) {
        DynamoTagCache rows =
                DynamoTagCache.builder(table.client(), table.name()).build();
        Site site = Site.builder(fixture.buildId()).build();
        return MarksAlone.mark(
                MarksAlone.revalidator(site, rows, mode, MARKED).tagIndex(build -> index), Change.tag(tag));
    }

    private static Fixture stored(String name) {
        return LOADED.computeIfAbsent(name, any -> {
            Fixture fixture = Fixture.of(name);
            fixture.objects().forEach(BUCKET::put);
            return fixture;
        });
    }

    private static void restore(Fixture fixture, CacheKey... changed) {
        for (CacheKey key : changed) {
            BUCKET.put(
                    object(fixture, key),
                    Objects.requireNonNull(fixture.objects().get(object(fixture, key))));
        }
    }

    private static CacheKey key(OpenNextBuild output, String path) {
        return output.pages().stream()
                .filter(page -> page.page().path().equals(path))
                .findFirst()
                .orElseThrow()
                .key();
    }

    private static String object(Fixture fixture, CacheKey key) {
        return "_cache/" + fixture.buildId() + "/" + key + ".cache";
    }
}
