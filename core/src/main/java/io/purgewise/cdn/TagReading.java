package io.purgewise.cdn;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a distribution reads cache tags, by asking the CDN every few minutes. CloudFront accepts a tag on a distribution
 * that reads none, bills it and clears nothing; so not to know is a no. Thread-safe; holds no lock while it asks.
 */
final class TagReading {

    private static final System.Logger LOG = System.getLogger(TagReading.class.getName());

    /** How long an answer holds: so long may tags clear nothing after somebody has turned them off. */
    private static final Duration FRESH = Duration.ofMinutes(2);

    /** Says what is known. */
    enum Answer {
        YES,
        NO,
        IN_DOUBT
    }

    private record Known(Answer answer, Duration since) {}

    private final Cdn cdn;
    private final SteadyTime time;
    private final Map<DistributionId, Known> answers = new HashMap<>();

    TagReading(Cdn cdn, SteadyTime time) {
        this.cdn = cdn;
        this.time = time;
    }

    Answer of(DistributionId distribution) {
        Known known = recall(distribution);
        if (known != null && time.elapsed().minus(known.since()).compareTo(FRESH) < 0) {
            return known.answer();
        }
        Answer answer = ask(distribution);
        if (answer == Answer.IN_DOUBT) {
            return answer;
        }
        if (known != null && known.answer() != answer) {
            LOG.log(
                    Level.WARNING,
                    answer == Answer.NO
                            ? "distribution {0} reads no cache tags any more; pages are cleared by path"
                            : "distribution {0} reads cache tags now; what it cached before has none, so clear everything once",
                    distribution);
        }
        remember(distribution, new Known(answer, time.elapsed()));
        return answer;
    }

    private Answer ask(DistributionId distribution) {
        try {
            return cdn.cacheTagHeader(distribution).isPresent() ? Answer.YES : Answer.NO;
        } catch (CdnException e) {
            LOG.log(Level.DEBUG, "whether " + distribution + " reads cache tags is not known now", e);
            return Answer.IN_DOUBT;
        }
    }

    private synchronized @Nullable Known recall(DistributionId distribution) {
        return answers.get(distribution);
    }

    private synchronized void remember(DistributionId distribution, Known known) {
        answers.put(distribution, known);
    }
}
