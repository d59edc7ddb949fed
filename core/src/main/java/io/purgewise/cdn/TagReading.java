package io.purgewise.cdn;

import io.purgewise.internal.SteadyTime;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a distribution reads cache tags from a header, by asking the CDN every few minutes. CloudFront accepts a tag on a
 * distribution that reads none, bills it and clears nothing; so not to know is a no. Thread-safe; holds no lock while it asks.
 */
final class TagReading {

    private static final System.Logger LOG = System.getLogger(TagReading.class.getName());

    /** How long an answer holds: so long may tags clear nothing after somebody has turned them off. */
    private static final Duration FRESH = Duration.ofMinutes(2);

    /**
     * Says what is known.
     *
     * @param header the header that is read; null if none is
     * @param inDoubt whether that could not be found out
     * @param unreadAt when it was last seen that the header asked for was not read; null if never
     */
    record Answer(
            @Nullable String header,
            boolean inDoubt,
            @Nullable Instant unreadAt) {

        /** Tells whether a site's tags are surely read; without a use, whether any are. */
        boolean reads(@Nullable CacheTagUse use) {
            return header != null && (use == null || header.equalsIgnoreCase(use.header()));
        }
    }

    private record Known(Optional<String> header, Duration since) {}

    private record Asked(DistributionId distribution, String header) {}

    private final Cdn cdn;
    private final SteadyTime time;
    private final InstantSource clock;
    private final Map<DistributionId, Known> answers = new HashMap<>();
    private final Map<Asked, Instant> unread = new HashMap<>();

    TagReading(Cdn cdn, SteadyTime time, InstantSource clock) {
        this.cdn = cdn;
        this.time = time;
        this.clock = clock;
    }

    Answer of(DistributionId distribution, @Nullable CacheTagUse use) {
        Known known = recall(distribution);
        if (known == null || time.elapsed().minus(known.since()).compareTo(FRESH) >= 0) {
            Optional<String> header;
            try {
                header = cdn.cacheTagHeader(distribution);
            } catch (CdnException e) {
                LOG.log(Level.DEBUG, "whether " + distribution + " reads cache tags is not known now", e);
                return new Answer(null, true, null);
            }
            known = remember(distribution, new Known(header, time.elapsed()));
        }
        return use == null
                ? new Answer(known.header().orElse(null), false, null)
                : answer(known, new Asked(distribution, use.header().toLowerCase(Locale.ROOT)));
    }

    private synchronized @Nullable Known recall(DistributionId distribution) {
        return answers.get(distribution);
    }

    private synchronized Known remember(DistributionId distribution, Known known) {
        Known before = answers.put(distribution, known);
        if (before != null && !before.header().equals(known.header())) {
            LOG.log(
                    Level.WARNING,
                    "distribution {0} reads cache tags from {1} now, no more from {2}",
                    distribution,
                    known.header().orElse("no header"),
                    before.header().orElse("no header"));
        }
        return known;
    }

    private synchronized Answer answer(Known known, Asked asked) {
        if (known.header().filter(asked.header()::equalsIgnoreCase).isEmpty()) {
            unread.put(asked, clock.instant());
        }
        return new Answer(known.header().orElse(null), false, unread.get(asked));
    }
}
