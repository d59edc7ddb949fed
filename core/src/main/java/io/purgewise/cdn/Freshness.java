package io.purgewise.cdn;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says what readers get after a clearing, as far as it was looked at. Immutable and thread-safe.
 *
 * <p>What it cannot see, it says in {@link #blindSpots()}: above all, a probe sees the points of presence that answer it, and no
 * other.
 *
 * @param urls how many URLs the changes have that can be asked for
 * @param findings what became of each URL that was asked for
 * @param repairs what was cleared once more, since it was proven stale; counted and billed as everything that a clearing sends
 * @param pointsOfPresence which of the CDN's points of presence answered, as far as they said so
 * @param blindSpots in words, what was not or cannot be looked at
 */
public record Freshness(
        long urls,
        List<Finding> findings,
        List<Cleared> repairs,
        Set<String> pointsOfPresence,
        List<String> blindSpots) {

    private static final double LIKELY = 0.95;

    /** Says what is known of a copy. */
    public enum Verdict {
        /** Every copy that was seen is from after the mark. */
        FRESH,
        /** A copy from before the mark is given to readers: proven, and still so when it was last looked at. */
        STALE,
        /** Nothing is proven, with the reason in words. */
        UNKNOWN
    }

    /**
     * Is what became of one URL.
     *
     * @param distribution where it was asked for
     * @param url path and query string, in CloudFront's spelling
     * @param verdict what is known of it
     * @param reason why, in words
     * @param repaired whether it was proven stale and cleared once more on the way
     */
    public record Finding(DistributionId distribution, String url, Verdict verdict, String reason, boolean repaired) {

        /** Refuses null. */
        public Finding {
            Objects.requireNonNull(distribution, "distribution");
            Objects.requireNonNull(url, "url");
            Objects.requireNonNull(verdict, "verdict");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** Copies the lists. */
    public Freshness {
        findings = List.copyOf(Objects.requireNonNull(findings, "findings"));
        repairs = List.copyOf(Objects.requireNonNull(repairs, "repairs"));
        pointsOfPresence = Set.copyOf(Objects.requireNonNull(pointsOfPresence, "pointsOfPresence"));
        blindSpots = List.copyOf(Objects.requireNonNull(blindSpots, "blindSpots"));
        if (urls < findings.size()) {
            throw new IllegalArgumentException(
                    "there cannot be more findings than URLs, but of " + urls + " there are " + findings.size());
        }
    }

    /**
     * Tells whether every URL that was asked for is fresh, and at least one was. Where the URLs were too many to ask for each,
     * {@link #confidence()} says what that means for the others.
     *
     * @return whether nothing that was seen is stale or unknown
     */
    public boolean isProven() {
        return !findings.isEmpty() && findings.stream().allMatch(each -> each.verdict() == Verdict.FRESH);
    }

    /**
     * Lists the URLs of one verdict.
     *
     * @param verdict the verdict
     * @return their findings
     */
    public List<Finding> with(Verdict verdict) {
        Objects.requireNonNull(verdict, "verdict");
        return findings.stream().filter(each -> each.verdict() == verdict).toList();
    }

    /**
     * Returns how many paths were billed for what was cleared once more.
     *
     * @return the paths of all repairs
     */
    public long repairedPaths() {
        return repairs.stream().mapToLong(Cleared::paths).sum();
    }

    /**
     * Says how much the findings prove of all URLs.
     *
     * <p>Of many URLs a random sample is asked for. If all of <i>k</i> are fresh, then with a confidence of 95 % at most the share
     * 1 - 0.05<sup>1/k</sup> of all is not: a larger share would have shown itself in 19 of 20 samples.
     *
     * @return a sentence, such as {@code 300 of 12000 URLs were asked for and are fresh: with a confidence of 95 % at most 1.0 %
     *     of all are not}
     */
    public String confidence() {
        int asked = findings.size();
        long fresh = with(Verdict.FRESH).size();
        if (asked == 0) {
            return "none of " + urls + " URLs was asked for, so nothing is proven";
        }
        if (fresh < asked) {
            return fresh + " of " + asked + " URLs that were asked for are fresh, of " + urls + " in all";
        }
        if (asked == urls) {
            return "all " + urls + " URLs were asked for and are fresh";
        }
        double share = 1 - Math.pow(1 - LIKELY, 1.0 / asked);
        return asked + " of " + urls + " URLs were asked for and are fresh: with a confidence of 95 % at most "
                + Math.ceil(share * 1000) / 10 + " % of all are not";
    }

    /**
     * Joins what was found at several distributions.
     *
     * @param parts what was found at each
     * @return all of it
     */
    public static Freshness of(List<Freshness> parts) {
        Objects.requireNonNull(parts, "parts");
        return new Freshness(
                parts.stream().mapToLong(Freshness::urls).sum(),
                parts.stream().flatMap(each -> each.findings().stream()).toList(),
                parts.stream().flatMap(each -> each.repairs().stream()).toList(),
                parts.stream().flatMap(each -> each.pointsOfPresence().stream()).collect(Collectors.toSet()),
                parts.stream()
                        .flatMap(each -> each.blindSpots().stream())
                        .distinct()
                        .toList());
    }

    /** Returns what was found, in one line. */
    @Override
    public String toString() {
        return confidence() + (repairs.isEmpty() ? "" : "; " + repairedPaths() + " paths were cleared once more");
    }
}
