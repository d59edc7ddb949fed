package io.purgewise.testkit;

import io.purgewise.testkit.EdgeStore.Clearing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Knows the likely mistake behind what an edge still holds, or what its reader sees. */
final class EdgeHints {

    private static final String OLD_ORIGIN =
            "marks are missing (failed, wrong build ID, wrong TagCacheMode, no row under the tag), or the CDN was cleared before"
                    + " the marks had settled";

    private EdgeHints() {}

    /** Says why a reader may not see what a test expects. */
    static String unexpected(EdgeCache edge, String url, EdgeAnswer answer) {
        if (answer.response().status() == 404) {
            return "the server has no such page: check base path, trailing slash and locale";
        }
        return switch (answer.source()) {
            case MISS ->
                "the server itself answers so: its page was not rendered anew, since " + OLD_ORIGIN
                        + "; or its content was never changed";
            case STALE -> "the page was served stale for the last time; the next reader sees what the server has now";
            case HIT -> hit(edge, url, edge.now().minus(answer.age()));
        };
    }

    private static String hit(EdgeCache edge, String url, Instant storedAt) {
        Optional<Clearing> before = edge.clearings().stream()
                .filter(clearing -> reaches(clearing, url))
                .filter(clearing -> !clearing.effectiveAt().isAfter(storedAt))
                .reduce((first, second) -> second);
        Optional<Clearing> pending = pending(edge, url);
        if (before.isPresent() && pending.isEmpty()) {
            return "the edge was cleared at " + before.get().effectiveAt()
                    + " and fetched this from the server afterwards, at " + storedAt + ": " + OLD_ORIGIN;
        }
        return stillHeld(edge, url);
    }

    /** Says why an object has not been forgotten. */
    static String stillHeld(EdgeCache edge, String url) {
        Optional<Clearing> pending = pending(edge, url);
        if (pending.isPresent()) {
            return "its clearing takes effect at " + pending.get().effectiveAt() + " and the clock stands at "
                    + edge.now() + ": await the receipt or advance the clock first";
        }
        TreeSet<String> items = new TreeSet<>();
        edge.clearings().forEach(clearing -> items.addAll(clearing.items()));
        if (items.isEmpty()) {
            return "nothing was ever cleared: no batch was accepted, or the edge is not attached to the distribution";
        }
        if (ClearingHints.clears(items, url)) {
            return "it was cleared and a reader has fetched it again since";
        }
        return ClearingHints.missing(items, url);
    }

    /** Says why an object is not there. */
    static String notHeld(EdgeCache edge, String url) {
        String spelled = edge.spelled(url);
        return edge.clearings().stream()
                .filter(clearing -> !clearing.effectiveAt().isAfter(edge.now()))
                .filter(clearing -> reaches(clearing, spelled))
                .reduce((first, second) -> second)
                .map(clearing -> "it was cleared at " + clearing.effectiveAt() + " by "
                        + clearing.items().stream()
                                .filter(item -> ClearingHints.clears(List.of(item), spelled))
                                .findFirst()
                                .orElse("a cache tag"))
                .orElse("nobody has read it yet, or its answer must not be stored (an error, no-store, s-maxage=0)");
    }

    private static Optional<Clearing> pending(EdgeCache edge, String url) {
        return edge.clearings().stream()
                .filter(clearing -> clearing.effectiveAt().isAfter(edge.now()))
                .filter(clearing -> reaches(clearing, url))
                .findFirst();
    }

    private static boolean reaches(Clearing clearing, String url) {
        return ClearingHints.clears(clearing.items(), url);
    }
}
