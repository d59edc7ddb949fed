package io.purgewise.plan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Knows the URLs of an index that equal another one but for the case of ASCII letters. Immutable. */
final class CaseTwins {

    private final Map<String, Set<String>> byFolded;

    private CaseTwins(Map<String, Set<String>> byFolded) {
        this.byFolded = byFolded;
    }

    /** Reads through an index twice: few URLs have the hash of another, and those alone are kept as text. */
    static CaseTwins of(List<IndexSegment> segments) {
        long[] hashes = new long[1024];
        int count = 0;
        SegmentMerge urls = new SegmentMerge(segments, Long::sum);
        while (urls.next()) {
            if (count == hashes.length) {
                hashes = Arrays.copyOf(hashes, 2 * count);
            }
            hashes[count++] = hash(urls.url(), urls.length());
        }
        Arrays.sort(hashes, 0, count);
        int shared = 0;
        for (int i = 1; i < count; i++) {
            if (hashes[i] == hashes[i - 1] && (shared == 0 || hashes[shared - 1] != hashes[i])) {
                hashes[shared++] = hashes[i];
            }
        }
        Map<String, Set<String>> byFolded = new HashMap<>();
        SegmentMerge again = new SegmentMerge(segments, Long::sum);
        while (shared > 0 && again.next()) {
            if (Arrays.binarySearch(hashes, 0, shared, hash(again.url(), again.length())) >= 0) {
                String url = new String(again.url(), 0, again.length(), StandardCharsets.UTF_8);
                byFolded.computeIfAbsent(folded(url), key -> new TreeSet<>()).add(url);
            }
        }
        byFolded.values().removeIf(twins -> twins.size() < 2);
        return new CaseTwins(byFolded);
    }

    /** Lists the URLs of the index that equal one but for case, if there are several. */
    Set<String> of(String url) {
        return byFolded.getOrDefault(folded(url), Set.of());
    }

    private static String folded(String url) {
        StringBuilder folded = new StringBuilder(url);
        for (int i = 0; i < url.length(); i++) {
            folded.setCharAt(i, (char) fold(url.charAt(i)));
        }
        return folded.toString();
    }

    private static int fold(int c) {
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }

    private static long hash(byte[] url, int length) {
        long hash = 0xcbf29ce484222325L; // FNV-1a
        for (int i = 0; i < length; i++) {
            hash = (hash ^ fold(url[i])) * 0x100000001b3L;
        }
        return hash;
    }
}
