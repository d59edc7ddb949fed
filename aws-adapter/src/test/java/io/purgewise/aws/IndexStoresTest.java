package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cache.CacheAccessException;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.TagIndex;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.BuildId;
import io.purgewise.site.Site;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;

/** Keeps indexes from one process to the next, in files and in S3. */
class IndexStoresTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final LocalBucket BUCKET = new LocalBucket();

    @TempDir
    private Path folder;

    private final S3IncrementalCache cache =
            S3IncrementalCache.of(BUCKET.client(), LocalBucket.BUCKET, "_cache").withSlicesOf(4);

    @AfterAll
    static void stop() {
        BUCKET.close();
    }

    @BeforeEach
    void storeTwentyPages() {
        BUCKET.empty();
        for (int i = 10; i < 30; i++) {
            page(i, "all,t" + i % 3);
        }
        BUCKET.put("_cache/__fetch/B/" + "0f".repeat(32), "{}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSecondProcessReadsWhatHasChangedAndNothingElse(boolean inFile) {
        List<TagIndex.Step> first = new ArrayList<>();
        TagIndex index = store(inFile).refresh(cache, BUILD, first::add);
        assertThat(index.complete()).isTrue();
        assertThat(index.pagesOf(CacheTag.of("all"))).hasSize(20);
        assertThat(first.stream().mapToInt(TagIndex.Step::read).sum()).isEqualTo(20);

        page(11, "new");
        BUCKET.client().deleteObject(delete -> delete.bucket(LocalBucket.BUCKET).key("_cache/B/p/12.cache"));
        List<TagIndex.Step> second = new ArrayList<>();
        TagIndex again = store(inFile).refresh(cache, BUILD, second::add);
        assertThat(second.stream().mapToInt(TagIndex.Step::read).sum()).isEqualTo(1);
        assertThat(again.pagesOf(CacheTag.of("new"))).containsExactly(CacheKey.plain("/p/11"));
        assertThat(again.pagesOf(CacheTag.of("all"))).hasSize(18).doesNotContain(CacheKey.plain("/p/12"));
        assertThat(store(inFile).load(BUILD).orElseThrow().state()).isEqualTo(again.state());
    }

    @Test
    void aProcessThatDiesIsTakenUpByTheNext() {
        TagIndexStore store = TagIndexStore.inFile(folder.resolve("tags"));
        S3IncrementalCache slow = cache.withSlicesOf(1);
        List<TagIndex.Step> steps = new ArrayList<>();
        assertThatThrownBy(() -> store.refresh(slow, BUILD, step -> {
                    steps.add(step);
                    if (steps.size() == 13) {
                        throw new IllegalStateException("killed");
                    }
                }))
                .hasMessage("killed");
        List<TagIndex.Step> rest = new ArrayList<>();
        TagIndexStore.inFile(folder.resolve("tags")).refresh(slow, BUILD, rest::add);
        assertThat(rest.stream().mapToInt(TagIndex.Step::read).sum()).isEqualTo(10);
    }

    @Test
    void anIndexThatIsUpToDateIsNotWrittenAgain() throws IOException {
        Path file = folder.resolve("tags");
        TagIndexStore.inFile(file).refresh(cache, BUILD, step -> {});
        FileTime longAgo = FileTime.fromMillis(0);
        Files.setLastModifiedTime(file, longAgo);
        TagIndexStore.inFile(file).refresh(cache, BUILD, step -> {});
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
    }

    @Test
    void theIndexOfAnOldBuildIsLeftAside() {
        TagIndexStore store = TagIndexStore.inFile(folder.resolve("tags"));
        store.refresh(cache, BUILD, step -> {});
        assertThat(store.load(BUILD)).isPresent();
        assertThat(store.load(BuildId.of("B2"))).isEmpty();
        assertThat(TagIndexStore.inFile(folder.resolve("none")).load(BUILD)).isEmpty();
    }

    @Test
    void aDamagedTagIndexSaysToBuildItAgain() throws IOException {
        Path file = folder.resolve("tags");
        TagIndexStore store = TagIndexStore.inFile(file);
        store.refresh(cache, BUILD, step -> {});
        byte[] sound = Files.readAllBytes(file);
        List<byte[]> damaged =
                new ArrayList<>(List.of(new byte[0], "oops".getBytes(StandardCharsets.UTF_8), gzip("[\"else\"]")));
        damaged.add(gzip("[\"purgewise tag index\",2,\"B\",0]"));
        damaged.add(gzip("[\"purgewise tag index\",1,\"B\",1,\"/slash\",\"e\",[]]"));
        damaged.add(gzip("[\"purgewise tag index\",1,\"B\",1,\"p\",\"e\",[1]]"));
        for (int i = 1; i < sound.length; i += 17) {
            damaged.add(Arrays.copyOf(sound, i));
        }
        for (byte[] bytes : damaged) {
            Files.write(file, bytes);
            assertThatThrownBy(() -> store.load(BUILD))
                    .isInstanceOf(IndexFileException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("delete it and build the index again");
        }
        for (int i = 10; i < sound.length; i += 13) {
            byte[] bytes = sound.clone();
            bytes[i] ^= 0x20;
            Files.write(file, bytes);
            assertThatThrownBy(() -> store.load(BUILD)).as("byte %d", i).isInstanceOf(IndexFileException.class);
        }
    }

    @Test
    void aStoreOutOfReachIsSaid() {
        assertThatThrownBy(() -> TagIndexStore.inBucket(BUCKET.client(), "no-such-bucket", "x")
                        .save(TagIndex.empty(BUILD)))
                .isInstanceOf(CacheAccessException.class)
                .hasMessageContaining("no-such-bucket");
        assertThatThrownBy(() ->
                        TagIndexStore.inFile(folder.resolve("no/such/folder")).save(TagIndex.empty(BUILD)))
                .isInstanceOf(IndexFileException.class)
                .hasMessageContaining("check folder and space");
        assertThatThrownBy(() -> TagIndexStore.inFile(folder).load(BUILD)).isInstanceOf(IndexFileException.class);
    }

    /** The part file once had a fixed name: a link that stood there was followed, and two savers wrote into one. */
    @Test
    void aLinkBesideTheIndexIsNotFollowed() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "precious");
        Path file = folder.resolve("tags.index");
        Files.createSymbolicLink(folder.resolve("tags.index.part"), victim);
        TagIndexStore.inFile(file).refresh(cache, BUILD, step -> {});
        assertThat(victim).hasContent("precious");
        Files.delete(file);
        Files.createSymbolicLink(file, victim);
        TagIndexStore.inFile(file).save(TagIndex.empty(BUILD));
        assertThat(victim).hasContent("precious");
    }

    @Test
    void twoSaversDoNotDisturbEachOther() throws Exception {
        Path file = folder.resolve("tags.index");
        TagIndex index = TagIndexStore.inFile(folder.resolve("other")).refresh(cache, BUILD, step -> {});
        ExecutorService savers = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> saving = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                saving.add(savers.submit(() -> {
                    for (int round = 0; round < 200; round++) {
                        TagIndexStore.inFile(file).save(index);
                        assertThat(TagIndexStore.inFile(file).load(BUILD)).isPresent();
                    }
                }));
            }
            for (Future<?> each : saving) {
                each.get();
            }
        } finally {
            savers.shutdownNow();
        }
        Files.delete(folder.resolve("other"));
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void knownUrlsComeFromTheStoredPages() {
        List<Long> progress = new ArrayList<>();
        UrlIndex urls = KnownUrls.ofPages(
                cache, BUILD, Site.builder(BUILD).basePath("/shop").build(), progress::add);
        assertThat(urls.size()).isEqualTo(20);
        assertThat(urls.weightUnder("/shop/p/2")).isEqualTo(10);
        assertThat(progress).isSorted().endsWith(21L);
    }

    @Test
    void knownUrlsComeFromATextFile() throws IOException {
        Path file = folder.resolve("urls.txt");
        Files.writeString(file, """
                # the shop
                /a
                /b?page=2\t7
                https://example.com/caf\u00e9#top 3

                https://example.com?x=1
                http://example.com
                """);
        UrlIndex urls = KnownUrls.ofText(file, lines -> {});
        assertThat(urls.size()).isEqualTo(5);
        assertThat(urls.weightOf("/b?page=2")).hasValue(7);
        assertThat(urls.weightOf("/caf%C3%A9")).hasValue(3);
        assertThat(urls.weightOf("/?x=1")).hasValue(1);
        for (String bad : List.of("a/b", "/a many", "/a -1", "ftp://example.com/")) {
            Files.writeString(file, "/ok\n" + bad);
            assertThatThrownBy(() -> KnownUrls.ofText(file, lines -> {}))
                    .as(bad)
                    .isInstanceOf(IndexFileException.class)
                    .hasMessageContaining("line 2");
        }
        assertThatThrownBy(() -> KnownUrls.ofText(folder.resolve("none"), lines -> {}))
                .isInstanceOf(IndexFileException.class)
                .hasMessageContaining("check the path");
    }

    @Test
    void knownUrlsComeFromASitemap() throws IOException {
        Path file = folder.resolve("sitemap.xml");
        Files.writeString(
                file,
                "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\""
                        + " xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\">"
                        + "<url><loc> https://example.com/a?x=1&amp;y=2 </loc><image:image><image:loc>"
                        + "https://cdn.example.com/i.png</image:loc></image:image></url>"
                        + "<url><loc>https://example.com/</loc></url></urlset>");
        List<Long> progress = new ArrayList<>();
        UrlIndex urls = KnownUrls.ofSitemap(file, progress::add);
        assertThat(urls.weightOf("/a?x=1&y=2")).hasValue(1);
        assertThat(urls.weightOf("/")).hasValue(1);
        assertThat(progress).endsWith(urls.size());
        Files.writeString(file, "<sitemapindex><sitemap><loc>https://example.com/1.xml</loc></sitemap></sitemapindex>");
        assertThatThrownBy(() -> KnownUrls.ofSitemap(file, lines -> {})).hasMessageContaining("give each of its files");
        Files.writeString(file, "<urlset><url><loc>https://example.com/a</loc>");
        assertThatThrownBy(() -> KnownUrls.ofSitemap(file, lines -> {})).hasMessageContaining("is no sitemap");
        Files.writeString(
                file,
                "<!DOCTYPE u [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><urlset><url><loc>/&x;</loc></url></urlset>");
        assertThatThrownBy(() -> KnownUrls.ofSitemap(file, lines -> {})).isInstanceOf(IndexFileException.class);
    }

    @Test
    void anIndexOfUrlsIsKeptInAFile() throws IOException {
        Path file = folder.resolve("urls.index");
        assertThatThrownBy(() -> KnownUrls.load(file)).hasMessageContaining("build the index");
        KnownUrls.save(UrlIndex.of(List.of("/a", "/b")), file);
        assertThat(KnownUrls.load(file).weightUnder("/")).isEqualTo(2);
        byte[] sound = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(sound, sound.length - 1));
        assertThatThrownBy(() -> KnownUrls.load(file))
                .isInstanceOf(IndexFileException.class)
                .hasMessageContaining("build it again");
    }

    private TagIndexStore store(boolean inFile) {
        return inFile
                ? TagIndexStore.inFile(folder.resolve("tags"))
                : TagIndexStore.inBucket(BUCKET.client(), LocalBucket.BUCKET, "purgewise/tags");
    }

    private static void page(int number, String tags) {
        BUCKET.client()
                .putObject(
                        put -> put.bucket(LocalBucket.BUCKET).key("_cache/B/p/" + number + ".cache"),
                        RequestBody.fromString("{\"type\":\"app\",\"html\":\"\",\"meta\":{\"headers\":{"
                                + "\"x-next-cache-tags\":\"" + tags + "\"}}}"));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
