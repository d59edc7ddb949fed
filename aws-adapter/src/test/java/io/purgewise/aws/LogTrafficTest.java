package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.aws.KnownUrls.Traffic;
import io.purgewise.plan.UrlIndex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTrafficTest {

    /** The first lines and the fields of a legacy log, as the Developer Guide shows them. */
    static final String HEADER =
            "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem"
                    + " sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id"
                    + " x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher"
                    + " x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port"
                    + " time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end\n";

    @TempDir
    private Path folder;

    static String line(String method, String stem, int status, String query, String result) {
        return "2026-11-24\t21:02:31\tFRA56-P1\t3920\t192.0.2.10\t" + method + "\td111111abcdef8.cloudfront.net\t"
                + stem
                + "\t" + status + "\t-\tMozilla/5.0%20(X11;%20Linux)%20Firefox/140.0\t" + query + "\t-\t" + result
                + "\tSOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==\texample.com\thttps\t23\t0.001\t-\tTLSv1.3"
                + "\tTLS_AES_128_GCM_SHA256\tHit\tHTTP/2.0\t-\t-\t11040\t0.001\tHit\ttext/html\t78\t-\t-\n";
    }

    private static String get(String stem) {
        return line("GET", stem, 200, "-", "Hit");
    }

    private static String json(String stem, String query) {
        return "{\"date\":\"2026-11-24\",\"cs-method\":\"GET\",\"sc-status\":\"200\",\"cs-uri-stem\":\"" + stem
                + "\",\"cs-uri-query\":\"" + query + "\",\"x-edge-result-type\":\"Hit\",\"more\":{\"a\":[1,2]}}\n";
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static Traffic read(Path... files) {
        return KnownUrls.fromLogs(List.of(files), Runnable::run, lines -> {});
    }

    private static long weight(UrlIndex index, String url) {
        return index.weightOf(url).orElse(-1);
    }

    @Test
    void aUrlWeighsWhatItsRequestsFillAgainInUnitsOfTheAverage() throws IOException {
        Traffic traffic = read(
                file("a.log", HEADER + get("/popular").repeat(28) + get("/rare")),
                file("b", json("/rare", "-") + json("/popular", "-") + json("/other", "-")));
        assertThat(traffic.requests()).isEqualTo(32);
        assertThat(traffic.index().size()).isEqualTo(3);
        assertThat(weight(traffic.index(), "/popular"))
                .as("11.7 of 13, the average 4.9")
                .isBetween(2L, 3L);
        assertThat(weight(traffic.index(), "/rare")).isBetween(0L, 1L);
        assertThat(weight(traffic.index(), "/other")).isBetween(0L, 1L);
        assertThat(traffic.malformed()).isZero();
        assertThat(traffic.missed()).isZero();
    }

    @Test
    void theQueryStringsOfAPathAreOneUrl() throws IOException {
        Traffic traffic = read(file(
                "a.log",
                HEADER
                        + line("GET", "/p", 200, "_rsc=1a2b3", "Miss")
                        + line("GET", "/p", 200, "_rsc=4c5d6", "Hit")
                        + get("/p")));
        assertThat(traffic.index().size()).isEqualTo(2);
        assertThat(weight(traffic.index(), "/p?")).isBetween(1L, 2L);
        assertThat(weight(traffic.index(), "/p")).isBetween(0L, 1L);
    }

    @Test
    void pagesThatWeighLittleWeighTheRightTogether() throws IOException {
        StringBuilder log = new StringBuilder(HEADER);
        for (int i = 0; i < 1_000; i++) {
            log.append(get("/busy/" + i).repeat(20)).append(get("/quiet/" + i));
        }
        UrlIndex index = read(file("a.log", log.toString())).index();
        assertThat(index.weightUnder("/busy/")).isBetween(1_770L, 1_870L);
        assertThat(index.weightUnder("/quiet/")).isBetween(130L, 230L);
    }

    /** The log encodes what the visitor sent once more: a percent sign becomes %25. */
    @Test
    void escapesOfTheLogAreUndoneAndThoseOfTheUrlAreKept() throws IOException {
        Traffic traffic = read(file(
                "a.log",
                HEADER + get("/caf%25C3%25A9") + get("/a%252Fb") + get("/a%20b") + get("/%5Bx%5D") + get("/100%2525")));
        for (String url : List.of("/café", "/a%2Fb", "/a b", "/[x]", "/100%25")) {
            assertThat(weight(traffic.index(), io.purgewise.site.UrlPattern.encode(url)))
                    .as(url)
                    .isOne();
        }
        Traffic plain = read(file("b.json", json("/caf%C3%A9", "-") + json("/a%2Fb", "-") + json("/é", "")));
        assertThat(plain.index().size()).isEqualTo(3);
        assertThat(weight(plain.index(), "/caf%C3%A9")).isOne();
        assertThat(weight(plain.index(), "/a%2Fb")).isOne();
        assertThat(weight(plain.index(), "/%C3%A9")).isOne();
    }

    @Test
    void whatNoCacheKeepsIsPassedOverAndCounted() throws IOException {
        Traffic traffic = read(file(
                "a.log",
                HEADER
                        + line("POST", "/p", 200, "-", "Miss")
                        + line("GET", "/p", 404, "-", "Error")
                        + line("GET", "/p", 503, "-", "Error")
                        + line("GET", "/p", 301, "-", "Redirect")
                        + line("GET", "/p", 0, "-", "Error")
                        + line("HEAD", "/p", 304, "-", "Hit")));
        assertThat(traffic.requests()).isOne();
        assertThat(traffic.passedOver()).isEqualTo(5);
        assertThat(traffic.malformed()).isZero();
    }

    @Test
    void damagedLinesAreCountedAndTheFirstIsTold() throws IOException {
        Path log = file(
                "a.log",
                HEADER + get("/p") + "short\tline\n" + get("p")
                        + line("GET", "/p", 200, "-", "Hit").replace("\t200\t", "\tOK\t") + get("/a%0Ab") + get("/p"));
        Traffic traffic = read(log);
        assertThat(traffic.requests()).isEqualTo(2);
        assertThat(traffic.malformed()).isEqualTo(4);
        assertThat(traffic.firstMalformed()).contains(log + ", line 4: has 2 fields, but should have 33");

        Traffic broken = read(file(
                "b.json", json("/p", "-") + "{\"cs-method\":\n" + "[]\n{\"cs-method\":\"GET\"}\n" + json("/p", "-")));
        assertThat(broken.requests()).isEqualTo(2);
        assertThat(broken.malformed()).isEqualTo(3);
    }

    /** A C1 control character is two bytes that look like any other character's. */
    @Test
    void aPathThatCanBeNoUrlIsToldToo() throws IOException {
        Traffic traffic = read(file("a.log", HEADER + get("/p") + get("/a%C2%80b") + get("/" + "x".repeat(9_000))));
        assertThat(traffic.index().size()).isOne();
        assertThat(traffic.malformed()).isEqualTo(2);
        assertThat(traffic.firstMalformed()).isPresent();
    }

    @Test
    void aLineThatNeverEndsFillsNoMemoryAndIsToldToo() throws IOException {
        Traffic traffic = read(file("a.log", HEADER + get("/p") + "x".repeat(1_000_000) + "\n" + get("/q")));
        assertThat(traffic.requests()).isEqualTo(2);
        assertThat(traffic.firstMalformed().orElseThrow()).contains("line 4: is longer than any line");
    }

    @Test
    void aGzipThatIsCutOffIsToldAndWhatCameBeforeIsCounted() throws IOException {
        StringBuilder text = new StringBuilder(HEADER);
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            text.append(get("/p/" + random.nextInt(1_000_000)));
        }
        byte[] whole = gzip(text.toString());
        Path sound = Files.write(folder.resolve("whole.gz"), whole);
        assertThat(read(sound).requests()).isEqualTo(20_000);
        Path cut = Files.write(folder.resolve("cut.gz"), java.util.Arrays.copyOf(whole, whole.length / 2));
        Traffic traffic = read(cut, file("b.json", json("/p", "-")));
        assertThat(traffic.requests()).isBetween(2L, 19_000L);
        assertThat(traffic.malformed()).isOne();
        assertThat(traffic.firstMalformed().orElseThrow()).contains("is cut off or damaged");
    }

    @Test
    void aFileThatIsNoLogIsNamed() throws IOException {
        for (String text : List.of("PAR1....", "hello\n", "date\ttime\n")) {
            Path file = file("other", text);
            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(IndexFileException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("JSON or w3c");
        }
        assertThatThrownBy(() -> read(folder.resolve("none"))).isInstanceOf(IndexFileException.class);
        assertThat(read(file("empty", "")).requests()).isZero();
    }

    /** Misra and Gries: what is asked for often is never forgotten, and no count is off by more than is said. */
    @Test
    void theTailIsForgottenAndTheHeadIsNotOffByMoreThanIsSaid() {
        RequestCounts counts = new RequestCounts(1_000, 30_000);
        RequestCounts other = new RequestCounts(1_000, 30_000);
        Map<String, Long> exact = new HashMap<>();
        Random random = new Random(5);
        int requests = 200_000;
        for (int i = 0; i < requests; i++) {
            String url = "/p/" + (int) Math.exp(random.nextDouble() * Math.log(100_000));
            exact.merge(url, 1L, Long::sum);
            RequestCounts one = i % 3 == 0 ? other : counts;
            one.begin();
            url.chars().forEach(one::add);
            one.end(1);
        }
        counts.addAll(other);
        Map<String, Long> kept = new HashMap<>();
        counts.forEach(kept::put);
        assertThat(kept).hasSizeLessThanOrEqualTo(1_000);
        assertThat(counts.requests()).isEqualTo(requests);
        assertThat(counts.lowered()).isPositive().isLessThan(2L * 2 * requests / 1_000);
        exact.forEach((url, times) ->
                assertThat(times - kept.getOrDefault(url, 0L)).as(url).isBetween(0L, counts.lowered()));
    }

    @Test
    void twoTasksCountWhatOneDoes() throws IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            files.add(file("log" + i, HEADER + get("/p" + i % 4).repeat(10 + i)));
        }
        long[] told = {0};
        Traffic two = KnownUrls.fromLogs(files, task -> new Thread(task).start(), lines -> told[0] = lines);
        assertThat(two.requests()).isEqualTo(75);
        assertThat(two.index().weightOf("/p3"))
                .isEqualTo(read(files.toArray(Path[]::new)).index().weightOf("/p3"));
        assertThat(told[0]).isEqualTo(75 + 2 * 6);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
