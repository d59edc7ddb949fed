package io.purgewise.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.openjdk.jol.info.GraphLayout;

/**
 * Prints, for three shapes of site, what an index takes: bytes of heap a URL, time to build, look up a prefix, open from a mapped
 * file and merge with 10,000 more URLs. Times are processor time of the thread.
 */
public final class IndexFigures {

    private static final int LOOK_UPS = 200_000;
    private static final int DELTA = 10_000;
    private static final String WORDS = "how to make your own garden home best small ideas for the and of with in on a guide easy simple quick "
            + "modern classic kitchen bathroom bedroom living room wall paint wood oak steel glass table chair lamp shelf storage "
            + "office desk outdoor summer winter spring autumn holiday gift family kids baby dog cat travel city beach mountain "
            + "hotel food recipe chicken pasta salad soup bread cake chocolate coffee tea wine healthy diet weight fitness yoga "
            + "running bike car electric battery solar energy power light water air clean green plastic free recycle save money "
            + "budget finance bank credit card loan mortgage insurance tax law legal business startup marketing sales email social "
            + "media video photo camera phone laptop software app code java cloud data security privacy network server design "
            + "art music film book review top ten things you should know before buying new old vintage cheap luxury sale offer "
            + "trends tips tricks mistakes avoid why what when where who which first last next year week day night morning";

    private IndexFigures() {}

    /** Measures each shape with so many pages; with a shape behind the number only builds its index, to see what heap that takes. */
    public static void main(String[] args) throws IOException {
        int pages = args.length > 0 ? Integer.parseInt(args[0]) : 10_000_000;
        if (args.length > 1) { // with a small -Xmx: does it build?
            UrlIndexBuilder builder = UrlIndex.builder();
            forEachUrl(args[1], pages, builder::add);
            System.out.println(builder.build());
            return;
        }
        for (String shape : List.of("shop", "slugs", "media")) {
            measure(shape, pages);
        }
    }

    private static void forEachUrl(String shape, int pages, Consumer<String> sink) {
        Random random = new Random(7);
        switch (shape) {
            case "slugs" -> {
                String[] words = WORDS.split(" ");
                for (int page = 0; page < pages; page++) {
                    StringBuilder url = new StringBuilder("/blog/");
                    for (int left = 5 + random.nextInt(5); left > 0; left--) {
                        url.append(words[(int) (words.length * Math.pow(random.nextDouble(), 1.5))])
                                .append(left == 1 ? "" : "-");
                    }
                    sink.accept(url.toString());
                }
            }
            case "media" -> {
                for (int page = 0; page < pages; page++) {
                    sink.accept(
                            page % 2 == 0
                                    ? "/media/%016x".formatted(random.nextLong())
                                    : "/user/" + (1_000_000_000L + random.nextInt(Integer.MAX_VALUE)) + "/photo/"
                                            + random.nextInt(10_000) + ".html");
                }
            }
            default -> BenchSite.forEachUrl(pages, sink);
        }
    }

    private static void measure(String shape, int pages) throws IOException {
        UrlIndexBuilder builder = UrlIndex.builder();
        long start = cpu();
        forEachUrl(shape, pages, builder::add);
        UrlIndex index = builder.build();
        double build = (cpu() - start) / 1e9;
        long heap = GraphLayout.parseInstance(index).totalSize();
        System.out.printf(
                "%s: %d URLs, %.2f bytes of heap a URL, built in %.1f s", shape, index.size(), heap / (double) index.size(), build);

        String[] prefixes = new String[LOOK_UPS];
        Random random = new Random(3);
        int[] seen = {0};
        forEachUrl(shape, LOOK_UPS, url -> prefixes[seen[0]++] = url.substring(0, url.length() - random.nextInt(6)));
        double lookUp = Double.MAX_VALUE;
        long weight = 0;
        for (int round = 0; round < 5; round++) {
            start = cpu();
            for (String prefix : prefixes) {
                weight += index.weightUnder(prefix);
            }
            lookUp = Math.min(lookUp, (cpu() - start) / 1e3 / LOOK_UPS);
        }
        System.out.printf(", prefix weight %.2f us (%d)", lookUp, weight);

        Path file = Files.createTempFile("index", ".bin");
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            index.encode(part -> write(out, part));
        }
        double open = Double.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            try (FileChannel in = FileChannel.open(file)) {
                long from = System.nanoTime();
                UrlIndex opened = UrlIndex.open(in.map(FileChannel.MapMode.READ_ONLY, 0, in.size()));
                open = Math.min(open, (System.nanoTime() - from) / 1e6);
                if (opened.weight() != index.weight()) {
                    throw new AssertionError(opened.weight());
                }
            }
        }
        UrlIndexBuilder more = UrlIndex.builder();
        forEachUrl(shape, DELTA, url -> more.add(url + "-2"));
        UrlIndex delta = more.build();
        double merge = Double.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            start = cpu();
            UrlIndex both = index.plus(delta);
            merge = Math.min(merge, (cpu() - start) / 1e6);
            if (both.size() < index.size()) {
                throw new AssertionError(both.size());
            }
        }
        System.out.printf(", file of %d bytes opened in %.0f ms, merged with %d in %.0f ms%n", Files.size(file), open, DELTA, merge);
        Files.delete(file);
    }

    private static void write(FileChannel out, ByteBuffer part) {
        try {
            out.write(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
