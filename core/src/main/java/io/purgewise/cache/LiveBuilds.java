package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.BuildId;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists the builds of a site whose caches may serve visitors.
 *
 * @param current the newest build
 * @param retiring builds that a deploy replaced a moment ago: servers of both run side by side while it rolls out; newest
 *     first
 */
public record LiveBuilds(BuildId current, List<BuildId> retiring) {

    /**
     * Creates a list from its parts.
     *
     * @param current the newest build
     * @param retiring builds that were just replaced
     */
    public LiveBuilds {
        requireNonNull(current, "current");
        requireNonNull(retiring, "retiring");
        retiring = List.copyOf(retiring);
    }

    /**
     * Creates the list of a single build.
     *
     * @param current the build
     * @return the list
     */
    public static LiveBuilds of(BuildId current) {
        return new LiveBuilds(current, List.of());
    }

    /**
     * Returns all builds that a change has to reach.
     *
     * @return the current build, then the retiring ones
     */
    public List<BuildId> all() {
        List<BuildId> all = new ArrayList<>();
        all.add(current);
        all.addAll(retiring);
        return List.copyOf(all);
    }
}
