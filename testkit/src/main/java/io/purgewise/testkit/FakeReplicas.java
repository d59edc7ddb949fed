package io.purgewise.testkit;

import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Problem;
import io.purgewise.revalidate.RevalidationEndpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Is a site in memory that marks its caches itself when it is asked, on several servers. A server may be down or refuse changes.
 * Thread-safe.
 */
public final class FakeReplicas implements RevalidationEndpoint {

    private record Refusal(int server, Change change) {}

    private final List<Set<Change>> marked = new ArrayList<>();
    private final Set<Integer> down = new HashSet<>();
    private final Set<Refusal> refused = new HashSet<>();

    /**
     * Starts a site.
     *
     * @param servers how many servers it has; at least 1
     * @throws IllegalArgumentException if {@code servers} is less than 1
     */
    public FakeReplicas(int servers) {
        if (servers < 1) {
            throw new IllegalArgumentException("a site has at least one server, but was given " + servers);
        }
        for (int i = 0; i < servers; i++) {
            marked.add(new LinkedHashSet<>());
        }
    }

    /**
     * Takes a server down, or up again.
     *
     * @param server its number, from 0 on
     * @param isDown whether it is down from now on
     */
    public synchronized void setDown(int server, boolean isDown) {
        Objects.checkIndex(server, marked.size());
        if (isDown) {
            down.add(server);
        } else {
            down.remove(server);
        }
    }

    /**
     * Has a server refuse a change from now on, as one that it takes for malformed.
     *
     * @param server its number, from 0 on
     * @param change the change
     */
    public synchronized void refuse(int server, Change change) {
        Objects.requireNonNull(change, "change");
        Objects.checkIndex(server, marked.size());
        refused.add(new Refusal(server, change));
    }

    /**
     * Returns what a server has marked.
     *
     * @param server its number, from 0 on
     * @return the changes, in the order in which they were marked first
     */
    public synchronized Set<Change> marked(int server) {
        return new LinkedHashSet<>(marked.get(server));
    }

    @Override
    public synchronized Map<Change, List<Problem>> mark(Collection<? extends Change> changes) {
        Map<Change, List<Problem>> unmarked = new LinkedHashMap<>();
        for (Change change : List.copyOf(Objects.requireNonNull(changes, "changes"))) {
            for (int server = 0; server < marked.size(); server++) {
                if (down.contains(server)) {
                    note(unmarked, change, "server " + server + " does not answer", true);
                } else if (refused.contains(new Refusal(server, change))) {
                    note(unmarked, change, "server " + server + " refuses the change", false);
                } else {
                    marked.get(server).add(change);
                }
            }
        }
        return unmarked;
    }

    private static void note(Map<Change, List<Problem>> unmarked, Change change, String message, boolean repeatable) {
        unmarked.computeIfAbsent(change, each -> new ArrayList<>())
                .add(new Problem(Problem.Kind.NOT_MARKED, change.toString(), message, repeatable));
    }
}
