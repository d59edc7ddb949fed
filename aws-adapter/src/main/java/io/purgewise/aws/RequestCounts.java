package io.purgewise.aws;

import java.util.Arrays;

/**
 * Counts requests of URLs in bounded memory, 13 MB.
 *
 * <p>Counts are exact while there is room. Then the smallest half of them is forgotten: all counts are lowered by their median,
 * and those that come to nothing make room (Misra and Gries, "Finding repeated elements", 1982). So a URL's count is too low by
 * {@link #lowered} at the most, which is at most twice the number of requests divided by the URLs that there is room for, and what is
 * asked for often is never forgotten. Used by one thread.
 */
final class RequestCounts {

    private final int mostUrls;
    private final int mostText;
    private final int[] table;
    private int[] start = new int[1024];
    private int[] hash = new int[1024];
    private long[] count = new long[1024];
    private byte[] text = new byte[1 << 16];
    private int urls;
    private int textSize;
    private long requests;
    private long lowered;

    RequestCounts() {
        this(150_000, 8_000_000);
    }

    /** Makes room for some URLs, and for so many bytes of their text. */
    RequestCounts(int mostUrls, int mostText) {
        this.mostUrls = mostUrls;
        this.mostText = mostText;
        this.table = new int[Integer.highestOneBit(2 * mostUrls) * 2];
        start = Arrays.copyOf(start, Math.min(start.length, mostUrls + 1));
    }

    /** Takes a URL's bytes one after the other; call {@link #begin} before the first, and {@link #end} behind the last. */
    void begin() {
        if (urls == mostUrls || textSize > mostText) {
            forget();
        }
        if (urls + 1 >= start.length) {
            int longer = Math.min(2 * start.length, mostUrls + 2);
            start = Arrays.copyOf(start, longer);
        }
        if (urls >= count.length) {
            int longer = Math.min(2 * count.length, mostUrls);
            hash = Arrays.copyOf(hash, longer);
            count = Arrays.copyOf(count, longer);
        }
        start[urls] = textSize;
    }

    void add(int b) {
        if (textSize == text.length) {
            text = Arrays.copyOf(text, 2 * text.length);
        }
        text[textSize++] = (byte) b;
    }

    /** Leaves the begun URL out. */
    void cancel() {
        textSize = start[urls];
    }

    /** Counts the begun URL. */
    void end(long more) {
        requests += more;
        int from = start[urls];
        int code = hash(from);
        int slot = code & (table.length - 1);
        for (int url = table[slot] - 1; url >= 0; url = table[slot] - 1) {
            if (hash[url] == code && isEqual(url, from)) {
                count[url] += more;
                textSize = from;
                return;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        table[slot] = urls + 1;
        hash[urls] = code;
        count[urls] = more;
        urls++;
        start[urls] = textSize;
    }

    private int hash(int from) {
        long code = 0xcbf29ce484222325L;
        for (int i = from; i < textSize; i++) {
            code = (code ^ text[i]) * 0x9e3779b97f4a7c15L;
        }
        return (int) (code ^ (code >>> 32));
    }

    private boolean isEqual(int url, int from) {
        return Arrays.equals(text, start[url], start[url + 1], text, from, textSize);
    }

    private void forget() {
        long[] sorted = Arrays.copyOf(count, urls);
        Arrays.sort(sorted);
        long median = sorted[urls / 2];
        lowered += median;
        Arrays.fill(table, 0);
        int kept = 0;
        int size = 0;
        for (int url = 0; url < urls; url++) {
            int from = start[url];
            int to = start[url + 1];
            if (count[url] <= median) {
                continue;
            }
            System.arraycopy(text, from, text, size, to - from);
            start[kept] = size;
            size += to - from;
            hash[kept] = hash[url];
            count[kept] = count[url] - median;
            int slot = hash[kept] & (table.length - 1);
            while (table[slot] != 0) {
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = ++kept;
        }
        urls = kept;
        textSize = size;
        start[urls] = size;
    }

    /** Adds what another has counted. */
    void addAll(RequestCounts other) {
        other.forEach((url, times) -> {
            begin();
            for (int i = 0; i < url.length(); i++) {
                add(url.charAt(i));
            }
            end(times);
        });
        requests += other.requests - other.kept();
        lowered += other.lowered;
    }

    private long kept() {
        long kept = 0;
        for (int url = 0; url < urls; url++) {
            kept += count[url];
        }
        return kept;
    }

    /** Takes a URL, each byte as a character of its own, and its count. */
    interface Counted {
        void take(String url, long count);
    }

    @SuppressWarnings("deprecation") // drops the high byte, which the array does not have
    void forEach(Counted counted) {
        for (int url = 0; url < urls; url++) {
            counted.take(new String(text, 0, start[url], start[url + 1] - start[url]), count[url]);
        }
    }

    /** Returns how many URLs are known. */
    int urls() {
        return urls;
    }

    /** Returns how many requests were counted, those of forgotten URLs included. */
    long requests() {
        return requests;
    }

    /** Returns by how much a count is too low at the most. */
    long lowered() {
        return lowered;
    }
}
