package io.purgewise.aws;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Counts what CloudFront's standard logs say was asked for. Used by one thread. */
final class LogCounter {

    private static final int PROGRESS_LINES = 100_000;

    final RequestCounts counts;
    long passedOver;
    long malformed;

    /** The first line that is malformed, in words; null if all are sound. */
    @Nullable
    String firstMalformed;

    LogCounter(RequestCounts counts) {
        this.counts = counts;
    }

    /**
     * Counts a file.
     *
     * @param progress is told of each 100,000 lines, and of the rest
     * @throws IndexFileException if it cannot be read, or is no log
     */
    void count(Path file, LongConsumer progress) {
        try (InputStream in = opened(file)) {
            LogLines lines = new LogLines(in);
            try {
                count(file, lines, progress);
            } catch (EOFException | ZipException cut) {
                bad(
                        file,
                        lines.number() + 1,
                        "is cut off or damaged, and so is what follows: " + Excerpt.ofMessage(cut, "no sound gzip"));
            }
            progress.accept(lines.number() % PROGRESS_LINES);
        } catch (IOException e) {
            throw new IndexFileException(file.toString(), "cannot be read (" + FileErrors.text(e) + ")", e);
        }
    }

    private static InputStream opened(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        in.mark(4);
        byte[] magic = in.readNBytes(4);
        in.reset();
        if (magic.length > 1 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b) {
            return new GZIPInputStream(in, 1 << 16);
        }
        if (new String(magic, StandardCharsets.ISO_8859_1).equals("PAR1")) {
            in.close();
            throw new IndexFileException(
                    file.toString(),
                    "is Parquet, which is not read; have standard logs v2 delivered as JSON or w3c",
                    null);
        }
        return in;
    }

    private void count(Path file, LogLines lines, LongConsumer progress) throws IOException {
        LogFormat format = null;
        while (lines.next()) {
            if (lines.number() % PROGRESS_LINES == 0) {
                progress.accept(PROGRESS_LINES);
            }
            byte[] bytes = lines.bytes();
            int start = lines.start();
            int end = lines.end();
            if (lines.isTooLong()) {
                bad(file, lines.number(), "is longer than any line of a log");
            } else if (start < end && bytes[start] == '#') {
                format = startsWith(bytes, start, end, "#Fields:") ? new LogFormat.Tabs(bytes, start, end) : format;
            } else if (start < end) {
                if (format == null) {
                    format = formatOf(file, bytes[start]);
                }
                String wrong = format.read(bytes, start, end);
                if (wrong == null) {
                    wrong = take(format);
                }
                if (wrong != null) {
                    bad(file, lines.number(), wrong);
                }
            }
        }
    }

    private static LogFormat formatOf(Path file, byte first) {
        if (first == '{') {
            return new LogFormat.Json();
        }
        throw new IndexFileException(
                file.toString(),
                "is no standard log of CloudFront with a line #Fields, and no JSON; have logs v2 delivered as JSON or w3c",
                null);
    }

    private static boolean startsWith(byte[] bytes, int start, int end, String text) {
        return end - start >= text.length()
                && new String(bytes, start, text.length(), StandardCharsets.ISO_8859_1).equals(text);
    }

    private void bad(Path file, long line, String why) {
        malformed++;
        if (firstMalformed == null) {
            firstMalformed = file + ", line " + line + ": " + why;
        }
    }

    /** Notes that lines that were counted name what is no URL. */
    void unfit(String why, long lines) {
        malformed += lines;
        if (firstMalformed == null) {
            firstMalformed = why;
        }
    }

    void addAll(LogCounter other) {
        counts.addAll(other.counts);
        passedOver += other.passedOver;
        malformed += other.malformed;
        firstMalformed = firstMalformed == null ? other.firstMalformed : firstMalformed;
    }

    /** Counts a request if its answer may have come out of a cache. */
    private @Nullable String take(LogFormat line) {
        int status = status(line);
        if (status < 0) {
            return "has a status that is no number";
        }
        boolean kept = (line.is(LogFormat.METHOD, "GET") || line.is(LogFormat.METHOD, "HEAD"))
                && status >= 200
                && status < 400
                && !line.is(LogFormat.RESULT, "Redirect")
                && !line.is(LogFormat.RESULT, "Error");
        if (!kept) {
            passedOver++;
            return null;
        }
        byte[] stem = line.field(LogFormat.STEM);
        int start = line.from(LogFormat.STEM);
        int end = line.to(LogFormat.STEM);
        if (stem == null || start == end || stem[start] != '/') {
            return "has a path that does not start with /";
        }
        counts.begin();
        if (!decode(stem, start, end)) {
            counts.cancel();
            return "has a control character in its path";
        }
        byte[] query = line.field(LogFormat.QUERY);
        if (query != null && line.to(LogFormat.QUERY) > line.from(LogFormat.QUERY) && !line.is(LogFormat.QUERY, "-")) {
            // All query strings of a path are one URL here, since no item tells them apart that a page asks for.
            counts.add('?');
        }
        counts.end(1);
        return null;
    }

    private static int status(LogFormat line) {
        byte[] bytes = line.field(LogFormat.STATUS);
        int status = 0;
        for (int i = line.from(LogFormat.STATUS); bytes != null && i < line.to(LogFormat.STATUS); i++) {
            if (bytes[i] < '0' || bytes[i] > '9' || status > 1_000) {
                return -1;
            }
            status = 10 * status + bytes[i] - '0';
        }
        return bytes == null || line.from(LogFormat.STATUS) == line.to(LogFormat.STATUS) ? -1 : status;
    }

    /**
     * Undoes what the log encodes: control characters, spaces, bytes beyond ASCII and {@code < > " # % { } | \ ^ ~ [ ] ` '}. Other escapes
     * are the URL's own, so that a log that encodes nothing says the same.
     */
    private boolean decode(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            int b = bytes[i] & 0xff;
            if (b == '%' && i + 2 < end) {
                int decoded = 16 * Character.digit(bytes[i + 1], 16) + Character.digit(bytes[i + 2], 16);
                boolean valid = Character.digit(bytes[i + 1], 16) >= 0 && Character.digit(bytes[i + 2], 16) >= 0;
                if (valid && isEncodedInLogs(decoded)) {
                    b = decoded;
                    i += 2;
                }
            }
            if (b < ' ' || b == 0x7f) {
                return false;
            }
            counts.add(b);
        }
        return true;
    }

    private static boolean isEncodedInLogs(int b) {
        return b <= ' ' || b >= 0x7f || "<>\"#%{}|\\^~[]`'".indexOf(b) >= 0;
    }
}
