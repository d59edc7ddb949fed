package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.BuildId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Tells which builds of a site are live. Implementations are thread-safe. */
@FunctionalInterface
public interface BuildIds {

    /**
     * Tells which builds serve visitors at a time.
     *
     * @param now the time
     * @return the current build, and those that a deploy has just replaced
     * @throws CacheAccessException if the build ID cannot be read
     * @throws UnknownBuildException if what was found names no build
     */
    Live at(Instant now);

    /**
     * Tells a build ID that never changes.
     *
     * @param build the cache build ID
     * @return the source
     * @throws IllegalArgumentException if {@code build} is {@link DeployedBuilds#HIDDEN}, which is no build's own
     */
    static BuildIds fixed(BuildId build) {
        requireNonNull(build, "build");
        DeployedBuilds.requireShown(build);
        Live live = Live.of(build);
        return now -> live;
    }

    /**
     * Lists the builds of a site whose caches may serve visitors.
     *
     * @param current the newest build
     * @param retiring builds that a deploy replaced a moment ago: servers of both run side by side while it rolls out; newest
     *     first
     */
    record Live(BuildId current, List<BuildId> retiring) {

        /**
         * Creates a list from its parts.
         *
         * @param current the newest build
         * @param retiring builds that were just replaced
         */
        public Live {
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
        public static Live of(BuildId current) {
            return new Live(current, List.of());
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
}
