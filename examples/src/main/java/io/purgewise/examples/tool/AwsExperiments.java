package io.purgewise.examples.tool;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out by small experiments what AWS does and does not write down. Every path lies below a folder that no site has, so that nothing of
 * a site is cleared. Used by one thread, once.
 */
final class AwsExperiments {

    /** What no run goes beyond, whatever it is told. */
    static final int MOST_PATHS = 20;

    private static final int OLD_WILDCARD_QUOTA = 15;
    private static final Duration COMPLETION = Duration.ofMinutes(5);

    /**
     * Is what was found out about one question.
     *
     * @param question what was asked
     * @param answer the answer, in one word for programs
     * @param detail what was seen
     * @param paths how many paths it sent at the most
     */
    record Fact(String question, String answer, String detail, int paths) {}

    /** What an earlier run sent, to be sent again. */
    record Earlier(CallerReference reference, List<String> paths, Instant at) {}

    private final Cdn cdn;
    private final DistributionId distribution;
    private final InstantSource clock;
    private final Ambient.Pause pause;
    private final Duration between;
    private final int mostPaths;
    private final String folder;
    private final List<Fact> facts = new ArrayList<>();
    private int paths;

    /**
     * Prepares experiments.
     *
     * @param between how long to wait before each call
     * @param nonce what tells this run's paths and references from those of others
     * @param mostPaths how many paths to send at the most, refused ones included
     * @throws IllegalArgumentException if more paths are allowed than {@value #MOST_PATHS}, or none
     */
    AwsExperiments(
            Cdn cdn,
            DistributionId distribution,
            InstantSource clock,
            Ambient.Pause pause,
            Duration between,
            String nonce,
            int mostPaths) {
        if (mostPaths < 1 || mostPaths > MOST_PATHS) {
            throw new IllegalArgumentException(
                    "the paths of a run must be from 1 to " + MOST_PATHS + ", but were " + mostPaths);
        }
        this.cdn = cdn;
        this.distribution = distribution;
        this.clock = clock;
        this.pause = pause;
        this.between = between;
        this.mostPaths = mostPaths;
        this.folder = "/purgewise-verify/" + nonce + "/";
    }

    /** Returns how many paths were sent at the most; refused ones count, since nobody knows. */
    int paths() {
        return paths;
    }

    /** Returns what the first experiment sent, for a later run. */
    Earlier first() {
        return new Earlier(reference("first"), List.of(folder + "a"), clock.instant());
    }

    /** Asks everything that fits in the paths. */
    List<Fact> run(@Nullable Earlier earlier) throws InterruptedException {
        if (earlier != null) {
            memory(earlier);
        }
        Sent first = send("first", UrlPattern.exact(folder + "a"));
        fact("completes", first.id() == null ? first.outcome() : completion(first.id()), "the first path", 1);
        Sent again = send("first", UrlPattern.exact(folder + "a"));
        String same = again.id() != null && again.id().equals(first.id())
                ? "SAME_INVALIDATION"
                : again.id() != null ? "NEW_INVALIDATION" : again.outcome();
        fact("caller reference again, same paths", same, again.detail(), 1);
        Sent star = send("star", UrlPattern.exact(folder + "a*b"));
        fact("* inside a path", star.outcome(), star.detail(), 1);
        tag();
        wildcards();
        return List.copyOf(facts);
    }

    private void memory(Earlier earlier) throws InterruptedException {
        Sent sent = send(
                earlier.reference(),
                earlier.paths().stream().map(InvalidationItem::parse).toList());
        Duration since = Duration.between(earlier.at(), clock.instant());
        fact(
                "caller reference of an earlier run",
                sent.outcome(),
                since + " later: " + sent.detail(),
                earlier.paths().size());
    }

    private void tag() throws InterruptedException {
        String header;
        try {
            Optional<String> configured = cdn.cacheTagHeader(distribution);
            header = configured.map(name -> "read from " + name).orElse("no header is configured");
        } catch (CdnException e) {
            header = "the configuration cannot be read: " + e.getMessage();
        }
        Sent sent = send("tag", new CdnTag("purgewise-verify"));
        fact("#tag", sent.outcome(), header + "; " + sent.detail(), 1);
    }

    /** Two wildcards at once are too many for one a second; sixteen in progress are too many for fifteen. */
    private void wildcards() throws InterruptedException {
        Sent two = send("wildcards 2", wildcards(0, 2));
        fact("2 wildcards in a call", two.outcome(), two.detail(), 2);
        if (!two.outcome().equals("ACCEPTED")) {
            // Fifteen in progress would allow two; only if others are in progress may they be too many.
            String table = two.outcome().equals("THROTTLED") ? "RATES" : "UNKNOWN";
            fact("quota table", table, "2 wildcards were refused, where 15 in progress would be allowed", 0);
            return;
        }
        Sent more = send("wildcards 16", wildcards(2, OLD_WILDCARD_QUOTA + 1));
        fact("16 wildcards in progress", more.outcome(), more.detail(), OLD_WILDCARD_QUOTA - 1);
        String table = switch (more.outcome()) {
            case "ACCEPTED" -> "NEITHER_IN_FORCE";
            case "BUSY" -> "IN_PROGRESS";
            case "THROTTLED" -> "RATES";
            default -> "UNKNOWN";
        };
        fact("quota table", table, "from the answers to wildcards", 0);
    }

    private InvalidationItem[] wildcards(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> UrlPattern.prefix(folder + "w" + i + "/"))
                .toArray(InvalidationItem[]::new);
    }

    private String completion(String id) throws InterruptedException {
        Instant start = clock.instant();
        while (Duration.between(start, clock.instant()).compareTo(COMPLETION) < 0) {
            if (cdn.read(distribution, id).status() == Invalidation.Status.COMPLETED) {
                return "AFTER_" + Duration.between(start, clock.instant()).toMillis() + "_MS";
            }
            pause.waitFor(Duration.ofMillis(500));
        }
        return "NOT_WITHIN_" + COMPLETION;
    }

    /** What became of a batch: the ID if it was accepted. */
    private record Sent(String outcome, @Nullable String id, String detail) {}

    private CallerReference reference(String name) {
        return new CallerReference("purgewise-verify" + folder.replace('/', '-') + name.replace(' ', '-'));
    }

    private Sent send(String name, InvalidationItem... items) throws InterruptedException {
        return send(reference(name), List.of(items));
    }

    private Sent send(CallerReference reference, List<InvalidationItem> items) throws InterruptedException {
        if (paths + items.size() > mostPaths) {
            return new Sent("NOT_TRIED", null, "it would go beyond " + mostPaths + " paths");
        }
        paths += items.size();
        // An account may call about once in 2 seconds, and another refusal than that of the experiment would say
        // nothing.
        pause.waitFor(between);
        try {
            Invalidation accepted = cdn.submit(new InvalidationBatch(distribution, items, reference));
            return new Sent("ACCEPTED", accepted.id(), "invalidation " + accepted.id());
        } catch (CdnException e) {
            return new Sent(
                    e.reason().name(),
                    null,
                    e.errorCode().map(code -> code + ": ").orElse("") + e.getMessage());
        }
    }

    private void fact(String question, String answer, String detail, int cost) {
        facts.add(new Fact(question, answer, detail, answer.equals("NOT_TRIED") ? 0 : cost));
    }
}
