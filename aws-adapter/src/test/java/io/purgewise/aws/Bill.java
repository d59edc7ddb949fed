package io.purgewise.aws;

import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.testkit.FakeCloudFront;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Answers for a proof what a distribution was sent: which changes it missed, and which paths it was paid for twice. */
final class Bill {

    private final List<Invalidation> invalidations;
    private final Map<String, Instant> lastExact = new TreeMap<>();
    private final Map<String, Instant> lastWildcard = new TreeMap<>();

    Bill(FakeCloudFront cloudFront, DistributionId distribution) {
        this.invalidations = cloudFront.accepted(distribution);
        for (Invalidation each : invalidations) {
            for (String path : each.paths()) {
                if (path.endsWith("*")) {
                    lastWildcard.merge(path.substring(0, path.length() - 1), each.createTime(), Bill::later);
                } else {
                    lastExact.merge(path, each.createTime(), Bill::later);
                }
            }
        }
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /** Returns the changes that no invalidation since their append has cleared, by whatever item. */
    Set<String> missed(Map<String, Instant> appended) {
        Set<String> missed = new TreeSet<>();
        appended.forEach((path, since) -> {
            if (!isSince(lastExact.get(path), since)
                    && lastWildcard.entrySet().stream()
                            .noneMatch(each -> path.startsWith(each.getKey()) && isSince(each.getValue(), since))) {
                missed.add(path);
            }
        });
        return missed;
    }

    private static boolean isSince(@Nullable Instant cleared, Instant since) {
        return cleared != null && !cleared.isBefore(since);
    }

    /** Returns URLs that were paid twice, though each was changed once; wildcards may come again for later changes. */
    List<String> paidTwice() {
        Set<String> seen = new HashSet<>();
        List<String> twice = new ArrayList<>();
        for (Invalidation each : invalidations) {
            each.paths().stream()
                    .filter(path -> !path.endsWith("*") && !seen.add(path))
                    .forEach(twice::add);
        }
        return twice;
    }

    long paths() {
        return invalidations.stream().mapToLong(Invalidation::quantity).sum();
    }

    int wildcards() {
        return (int) invalidations.stream()
                .flatMap(each -> each.paths().stream())
                .filter(path -> path.endsWith("*"))
                .count();
    }

    int size() {
        return invalidations.size();
    }
}
