package io.purgewise.revalidate;

import java.util.Arrays;
import java.util.Optional;

/**
 * Finds the path that a caller may have meant: the one at the fewest insertions, deletions and replacements from the one
 * given, up to {@value #MAX_EDITS}. Each candidate takes time linear in its length. Not thread-safe.
 */
final class NearestPath {

    private static final int MAX_EDITS = 3;

    private final String given;
    private String nearest = "";
    private int edits = MAX_EDITS + 1;

    NearestPath(String given) {
        this.given = given;
        // A third of a short path is another word.
        edits = Math.min(edits, Math.max(2, given.length() / 3 + 1));
    }

    void offer(String candidate) {
        int found = editsTo(candidate);
        if (found < edits || (found == edits && !nearest.isEmpty() && candidate.compareTo(nearest) < 0)) {
            edits = found;
            nearest = candidate;
        }
    }

    Optional<String> nearest() {
        return nearest.isEmpty() ? Optional.empty() : Optional.of(nearest);
    }

    /** Counts edits with the table's diagonal band alone (E. Ukkonen, 1985); more than the band is wide counts as too many. */
    private int editsTo(String candidate) {
        int tooMany = MAX_EDITS + 1;
        if (Math.abs(candidate.length() - given.length()) > MAX_EDITS) {
            return tooMany;
        }
        int width = 2 * MAX_EDITS + 1;
        int[] row = new int[width + 2];
        int[] above = new int[width + 2];
        Arrays.fill(above, tooMany);
        for (int j = 0; j <= MAX_EDITS; j++) {
            above[j + MAX_EDITS + 1] = j;
        }
        for (int i = 1; i <= given.length(); i++) {
            Arrays.fill(row, tooMany);
            for (int band = 1; band <= width; band++) {
                int j = i + band - MAX_EDITS - 1;
                if (j == 0) {
                    row[band] = Math.min(i, tooMany);
                } else if (j > 0 && j <= candidate.length()) {
                    int same = given.charAt(i - 1) == candidate.charAt(j - 1) ? 0 : 1;
                    int best = Math.min(above[band] + same, Math.min(above[band + 1], row[band - 1]) + 1);
                    row[band] = Math.min(best, tooMany);
                }
            }
            int[] swap = above;
            above = row;
            row = swap;
        }
        return above[candidate.length() - given.length() + MAX_EDITS + 1];
    }
}
