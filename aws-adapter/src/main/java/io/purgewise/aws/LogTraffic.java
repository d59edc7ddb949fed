package io.purgewise.aws;

import io.purgewise.plan.UrlIndex;
import io.purgewise.plan.UrlIndexBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** Reads logs by two tasks, each of which counts by itself, and weighs what they have counted. Used once. */
final class LogTraffic {

    private static final int TASKS = 2;

    /** CloudFront's, each of which asks the origin for itself. */
    private static final int REGIONAL_CACHES = 13;

    private final Queue<Path> files;
    private final LongConsumer progress;
    private long lines;

    LogTraffic(Collection<Path> files, LongConsumer progress) {
        this.files = new ConcurrentLinkedQueue<>(files);
        this.progress = progress;
    }

    KnownUrls.Traffic read(Executor executor) {
        List<CompletableFuture<LogCounter>> tasks = Stream.generate(
                        () -> CompletableFuture.supplyAsync(this::countFiles, executor))
                .limit(TASKS)
                .toList();
        try {
            return traffic(tasks.stream().map(CompletableFuture::join).toList());
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof IndexFileException told) {
                throw told;
            }
            throw failed;
        }
    }

    private LogCounter countFiles() {
        LogCounter counter = new LogCounter(new RequestCounts());
        for (Path file = files.poll(); file != null; file = files.poll()) {
            try {
                counter.count(file, this::tell);
            } catch (RuntimeException failure) {
                files.clear(); // The other task need not go on.
                throw failure;
            }
        }
        return counter;
    }

    private synchronized void tell(long more) {
        lines += more;
        progress.accept(lines);
    }

    private static KnownUrls.Traffic traffic(List<LogCounter> counters) {
        LogCounter all = counters.get(0);
        counters.stream().skip(1).forEach(all::addAll);
        UrlIndex index = weighed(all);
        return new KnownUrls.Traffic(
                index,
                all.counts.requests(),
                all.passedOver,
                all.malformed,
                Optional.ofNullable(all.firstMalformed),
                all.counts.lowered());
    }

    /** Returns in how many regional caches a URL has to be filled again, if its requests fall on them evenly. */
    private static double fills(long requests) {
        return REGIONAL_CACHES * (1 - Math.pow(1 - 1.0 / REGIONAL_CACHES, (double) requests));
    }

    /**
     * Returns a fraction that differs by URL, so that weights are rounded up as often as down: many pages that weigh less than 1 have
     * the right weight together.
     */
    private static double dither(String url) {
        return ((url.hashCode() * 0x9e3779b97f4a7c15L) >>> 32) / (double) (1L << 32);
    }

    private static UrlIndex weighed(LogCounter counter) {
        RequestCounts counts = counter.counts;
        double[] pages = new double[2];
        counts.forEach((url, times) -> {
            if (!url.contains("/_next/static/")) {
                pages[0]++;
                pages[1] += fills(times + counts.lowered());
            }
        });
        double average = pages[0] == 0 ? 1 : pages[1] / pages[0];
        UrlIndexBuilder urls = UrlIndex.builder();
        counts.forEach((bytes, times) -> {
            String url = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            try {
                urls.add(url, (long) (fills(times + counts.lowered()) / average + dither(url)));
            } catch (IllegalArgumentException unfit) {
                counter.unfit(Excerpt.ofMessage(unfit, "is no URL"), times);
            }
        });
        return urls.build();
    }
}
