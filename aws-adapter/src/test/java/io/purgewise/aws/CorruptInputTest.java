package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.PurgewiseException;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.TagIndex;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are damaged, or made to do harm, end in an exception of ours that says so in few words. */
class CorruptInputTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final int LONGEST_MESSAGE = 800;

    @TempDir
    private Path folder;

    /** Reads one kind of file. */
    enum Input {
        SITEMAP {
            @Override
            byte[] sound() {
                return bytes(
                        "<?xml version=\"1.0\"?><!-- c --><urlset xmlns:i=\"urn:i\"><url><loc>/a?x=1&amp;y=2</loc>"
                                + "<i:image><i:loc><![CDATA[/i.png]]></i:loc></i:image></url><url><loc>/b</loc></url></urlset>");
            }

            @Override
            void read(Path file) {
                KnownUrls.ofSitemap(file, lines -> {});
            }
        },
        TEXT {
            @Override
            byte[] sound() {
                return bytes("# known\n/a 3\nhttps://example.com/b?page=2\t7\n\n/caf\u00e9\n");
            }

            @Override
            void read(Path file) {
                KnownUrls.ofText(file, lines -> {});
            }
        },
        TAG_INDEX {
            @Override
            byte[] sound() {
                return TagIndexFormat.encode(index(20));
            }

            @Override
            void read(Path file) {
                assertThat(TagIndexStore.inFile(file).load(BUILD)).isNotNull();
            }
        },
        URL_INDEX {
            @Override
            byte[] sound() throws IOException {
                Path file = Files.createTempFile("urls", ".index");
                try {
                    KnownUrls.save(UrlIndex.of(List.of("/a", "/a/b", "/caf\u00e9", "/z?x=1")), file);
                    return Files.readAllBytes(file);
                } finally {
                    Files.delete(file);
                }
            }

            @Override
            void read(Path file) {
                KnownUrls.load(file);
            }
        };

        abstract byte[] sound() throws IOException;

        abstract void read(Path file);
    }

    @ParameterizedTest
    @EnumSource
    void aDamagedFileIsReadOrRefusedInWords(Input input) throws IOException {
        Path file = folder.resolve("input");
        byte[] sound = input.sound();
        Files.write(file, sound);
        input.read(file);
        int refused = 0;
        SplittableRandom random = new SplittableRandom(20_261_125);
        for (int i = 0; i < 1_000; i++) {
            byte[] damaged = damaged(sound, random);
            Files.write(file, damaged);
            try {
                input.read(file);
            } catch (IndexFileException e) {
                refused++;
                String message = String.valueOf(e.getMessage());
                assertThat(message).hasSizeLessThan(LONGEST_MESSAGE).contains(file.toString());
                assertThat(message.chars()).as(message).noneMatch(Character::isISOControl);
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    void damagedManifestsAreReadOrRefusedInWords() throws IOException {
        Map<String, byte[]> sound = new HashMap<>();
        try (Stream<Path> files = Files.list(Fixture.of("c").folder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.size(file) < 1_000_000) {
                    sound.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
                }
            }
        }
        List<String> manifests = List.of(
                "BUILD_ID",
                "open-next.output.json",
                "prerender-manifest.json",
                "routes-manifest.json",
                "app-paths-manifest.json",
                "pages-manifest.json");
        for (Map.Entry<String, byte[]> file : sound.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        NextVersion version = NextVersion.parse("16.4.6");
        assertThat(OpenNextBuild.read(folder, version, null).pages()).isNotEmpty();
        SplittableRandom random = new SplittableRandom(7);
        int refused = 0;
        for (String name : manifests) {
            byte[] whole = Objects.requireNonNull(sound.get(name), name);
            for (int i = 0; i < 30; i++) {
                Files.write(folder.resolve(name), damaged(whole, random));
                try {
                    OpenNextBuild.read(folder, version, null);
                } catch (PurgewiseException e) {
                    refused++;
                    assertThat(e.getMessage()).hasSizeLessThan(LONGEST_MESSAGE);
                }
            }
            Files.write(folder.resolve(name), whole);
        }
        assertThat(refused).isGreaterThan(50);
    }

    /** Each once left as an exception of the JDK: MissingResourceException, NumberFormatException, IllegalArgumentException. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE r [<!ENTITYlo+h",
                "<!DOCTYPE r [<!ELEMENT",
                "<urlset><url><loc>a</loc></url></urlset>",
                "<urlset><url><loc>/a<b/></loc></url></urlset>",
                "<urlset><url><loc>/a&#1;</loc></url></urlset>",
                "<urlset><url><loc>/a",
                "",
                "\u0000"
            })
    void aMalformedSitemapIsSaid(String xml) throws IOException {
        Path file = Files.writeString(folder.resolve("sitemap.xml"), xml);
        assertThatThrownBy(() -> KnownUrls.ofSitemap(file, lines -> {}))
                .isInstanceOf(IndexFileException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aSitemapMayStartWithAByteOrderMarkAndIsInUtf8() throws IOException {
        Path file = Files.writeString(
                folder.resolve("sitemap.xml"), "\ufeff<urlset><url><loc>/caf\u00e9</loc></url></urlset>");
        assertThat(KnownUrls.ofSitemap(file, lines -> {}).weightOf("/caf%C3%A9"))
                .hasValue(1);
        Files.write(file, "<urlset><url><loc>/caf\u00e9</loc></url></urlset>".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> KnownUrls.ofSitemap(file, lines -> {})).hasMessageContaining("not in UTF-8");
    }

    @Test
    void messagesQuoteLittleOfTheInput() throws IOException {
        String much = "x".repeat(90_000);
        for (String line : List.of(much, "/a " + much, "/" + much, "/a " + Long.MAX_VALUE + "0", much.repeat(3))) {
            Path file = Files.writeString(folder.resolve("urls.txt"), "/ok\n" + line + "\n");
            assertThatThrownBy(() -> KnownUrls.ofText(file, lines -> {}))
                    .isInstanceOf(IndexFileException.class)
                    .hasMessageContaining("line 2")
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(LONGEST_MESSAGE));
        }
        Path sitemap =
                Files.writeString(folder.resolve("sitemap.xml"), "<urlset><url><loc>" + much + "</loc></url></urlset>");
        assertThatThrownBy(() -> KnownUrls.ofSitemap(sitemap, lines -> {}))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(LONGEST_MESSAGE));
    }

    @Test
    void weightsThatExceed64BitsTogetherAreSaid() throws IOException {
        Path file =
                Files.writeString(folder.resolve("urls.txt"), "/a " + Long.MAX_VALUE + "\n/b " + Long.MAX_VALUE + "\n");
        assertThatThrownBy(() -> KnownUrls.ofText(file, lines -> {})).isInstanceOf(IndexFileException.class);
    }

    @Test
    void aFileThatIsMissingIsSaidWithoutNamesOfClasses() {
        Path none = folder.resolve("none");
        for (Runnable reading : List.<Runnable>of(
                () -> KnownUrls.ofText(none, lines -> {}),
                () -> KnownUrls.ofSitemap(none, lines -> {}),
                () -> KnownUrls.load(folder))) {
            assertThatThrownBy(reading::run)
                    .isInstanceOf(IndexFileException.class)
                    .satisfies(e -> assertThat(e.getMessage())
                            .contains("check the path")
                            .doesNotContain("Exception")
                            .doesNotContain("java."));
        }
    }

    /** A megabyte that unpacks to a gigabyte once filled the memory. */
    @ParameterizedTest
    @ValueSource(strings = {" ", "\"k\",\"e\",[],"})
    void anIndexThatUnpacksToFarTooMuchIsRefused(String repeated) throws IOException {
        Path file = folder.resolve("tags.index");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(bytes("[\"purgewise tag index\",1,\"B\",2000000000,"));
            byte[] much = bytes(repeated.repeat(1_000_000 / repeated.length()));
            for (int i = 0; i < 400; i++) {
                out.write(much);
            }
        }
        assertThat(Files.size(file)).isLessThan(2_000_000);
        assertThatThrownBy(() -> TagIndexStore.inFile(file).load(BUILD))
                .isInstanceOf(IndexFileException.class)
                .hasMessageContaining("delete it and build the index again");
    }

    @Test
    void anIndexThatPacksWellIsReadAllTheSame() {
        TagIndex index = index(60_000, "a-tag-of-some-length,".repeat(60));
        byte[] packed = TagIndexFormat.encode(index);
        assertThat(TagIndexFormat.decode("here", packed, BUILD).orElseThrow().state())
                .isEqualTo(index.state());
    }

    private static TagIndex index(int pages, String... tags) {
        Map<CacheKey, TagIndex.State> state = new HashMap<>();
        for (int i = 0; i < pages; i++) {
            state.put(
                    CacheKey.plain("/p/" + i), new TagIndex.State("e", tags.length > 0 ? List.of(tags) : List.of("t")));
        }
        return TagIndex.of(BUILD, state);
    }

    /** Cuts, flips, copies and inserts, once or a few times. */
    private static byte[] damaged(byte[] sound, SplittableRandom random) {
        byte[] bytes = sound.clone();
        for (int i = 0; i <= random.nextInt(3) && bytes.length > 0; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes = Arrays.copyOf(bytes, at);
                case 2 ->
                    bytes = joined(
                            Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, random.nextInt(at + 1), bytes.length));
                case 3 ->
                    bytes = joined(
                            Arrays.copyOf(bytes, at),
                            Arrays.copyOfRange(
                                    bytes, Math.min(bytes.length, at + 1 + random.nextInt(9)), bytes.length));
                default -> {
                    String[] odd = {
                        "\"", "{", "[", "]", "}", ",", "null", "-1", "1e999", "%", "..", "/", "<", "&", "\u0000",
                        "\u009b", "\ud800"
                    };
                    bytes = joined(
                            joined(Arrays.copyOf(bytes, at), bytes(odd[random.nextInt(odd.length)])),
                            Arrays.copyOfRange(bytes, at, bytes.length));
                }
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
