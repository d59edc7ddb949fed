package io.purgewise.aws;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/**
 * Measures how fast standard logs are read: 4 files of 500,000 lines and 460 bytes a line, Zipf traffic on 2 million URLs, by two
 * threads. Run {@link #main}, also with {@code -Xmx64m}; it is no test.
 */
final class LogBench {

    private static final int FILES = 4;
    private static final int LINES = 500_000;
    private static final int URLS = 2_000_000;

    private LogBench() {}

    /** Prints lines a second, and the processor time of a million lines, for both formats. */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("logs");
        for (boolean json : new boolean[] {false, true}) {
            List<Path> files = new ArrayList<>();
            for (int file = 0; file < FILES; file++) {
                files.add(write(folder.resolve("log" + file + json + ".gz"), json, new Random(file)));
            }
            for (int round = 0; round < 5; round++) {
                ExecutorService two = Executors.newFixedThreadPool(2);
                long cpu = processorTime();
                long start = System.nanoTime();
                KnownUrls.Traffic traffic = KnownUrls.fromLogs(files, two, lines -> {});
                double seconds = (System.nanoTime() - start) / 1e9;
                double processor = (processorTime() - cpu) / 1e9;
                two.shutdown();
                System.out.printf(
                        "%s: %,.0f lines a second, %.2f s of processor time a million lines; %,d URLs kept, off by %d of %,d at most%n",
                        json ? "JSON" : "TSV",
                        FILES * (double) LINES / seconds,
                        processor * 1e6 / (FILES * (double) LINES),
                        traffic.index().size(),
                        traffic.missed(),
                        traffic.requests());
            }
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private static long processorTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    private static Path write(Path file, boolean json, Random random) throws IOException {
        try (OutputStream out = new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
            out.write((json ? "" : LogTrafficTest.HEADER).getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < LINES; i++) {
                int url = (int) Math.exp(random.nextDouble() * Math.log(URLS));
                String stem = "/catalogue/department-" + url % 17 + "/product-" + url;
                String query = url % 3 == 0 ? "_rsc=" + Integer.toString(random.nextInt(1 << 30), 36) : "-";
                String line = LogTrafficTest.line("GET", stem, 200, query, "Hit")
                        .replace("SOX4xwn4XV6Q4rgb", Long.toString(random.nextLong(), 36))
                        .replace("192.0.2.10", "192.0." + random.nextInt(256) + "." + random.nextInt(256));
                out.write((json ? json(line) : line).getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }

    private static String json(String line) {
        String[] names = LogTrafficTest.HEADER
                .substring(LogTrafficTest.HEADER.indexOf("date"))
                .strip()
                .split(" ", -1);
        String[] values = line.strip().split("\t", -1);
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < names.length; i++) {
            json.append(i == 0 ? "" : ",")
                    .append('"')
                    .append(names[i])
                    .append("\":\"")
                    .append(values[i])
                    .append('"');
        }
        return json.append("}\n").toString();
    }
}
