package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.BuildId;
import java.time.Instant;

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
    LiveBuilds at(Instant now);

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
        LiveBuilds live = LiveBuilds.of(build);
        return now -> live;
    }
}
