package io.purgewise.aws;

import io.purgewise.aws.OpenNextReader.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Holds what OpenNext made of each entry after a change.
 *
 * @param theirs after OpenNext's own {@code revalidateTag}
 * @param ours after our marks
 * @param later after our marks, had the entries been stored later than these
 */
record ReaderComparison(
        String change, Map<String, Verdict> theirs, Map<String, Verdict> ours, Map<String, Verdict> later) {

    /** Lists the entries that OpenNext would still serve after our marks, and not so after its own. */
    List<String> milder() {
        return theirs.entrySet().stream()
                .filter(entry -> verdict(entry.getKey()).compareTo(entry.getValue()) < 0)
                .map(entry -> change + ": " + entry + " but " + verdict(entry.getKey()))
                .toList();
    }

    /** Lists the entries that our marks reach though they are newer. */
    List<String> outdatedThoughNewer() {
        return later.entrySet().stream()
                .filter(entry -> entry.getValue() != Verdict.FRESH)
                .map(entry -> change + ": " + entry)
                .toList();
    }

    static long count(Map<String, Verdict> verdicts, Verdict verdict) {
        return verdicts.values().stream().filter(verdict::equals).count();
    }

    private Verdict verdict(String key) {
        return Objects.requireNonNull(ours.get(key), key);
    }
}
