package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.BuildId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Tells which builds of a site are live. Implementations are thread-safe. */
@FunctionalInterface
public interface BuildIds {

    /**
     * What Next.js 16.2 and newer write as build ID for every app that sets {@code deploymentId} and no
     * {@code generateBuildId}; OpenNext then uses the deployment ID in all its keys.
     */
    String HIDDEN = "build-TfctsWXpff2fKS";

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
     * @throws IllegalArgumentException if {@code build} is {@link #HIDDEN}: no server looks at what is marked under it
     */
    static BuildIds fixed(BuildId build) {
        requireNonNull(build, "build");
        if (build.value().equals(HIDDEN)) {
            throw new IllegalArgumentException(HIDDEN + " is what Next.js writes as build ID of every app with a"
                    + " deploymentId, and OpenNext's caches use that instead; give the deployment ID as cache build ID:"
                    + " Site.Builder.cacheBuildId, in the tool --cache-build-id");
        }
        Live live = Live.of(build);
        return now -> live;
    }

    /**
     * Follows the deploys of a site: reads its build ID now and then, and keeps an old build live for a while after a new one
     * has shown up, since servers of both answer visitors while a deploy rolls out. At most one thread reads at a time; the
     * others wait for it.
     *
     * @param source reads the build ID, such as {@code S3BuildId} of the AWS adapter; white space around it is ignored
     * @param lifetime how long an answer holds; zero to read every time
     * @param grace how long a replaced build stays live; at least as long as a deploy takes
     * @return the source
     * @throws IllegalArgumentException if a duration is negative
     */
    static BuildIds following(Supplier<String> source, Duration lifetime, Duration grace) {
        requireNonNull(source, "source");
        requireNonNull(lifetime, "lifetime");
        requireNonNull(grace, "grace");
        if (lifetime.isNegative() || grace.isNegative()) {
            throw new IllegalArgumentException(
                    "lifetime and grace must not be negative, but were " + lifetime + " and " + grace);
        }
        return new DeployedBuilds(source, lifetime, grace);
    }

    /**
     * Reads the cache build ID out of a text that stands where a build ID is looked for.
     *
     * @param text what was found; white space around it is ignored
     * @return the build ID, which is that of the caches too
     * @throws UnknownBuildException if it is none, or is {@link #HIDDEN}
     */
    static BuildId parse(String text) {
        String id = requireNonNull(text, "text").strip();
        if (id.equals(HIDDEN)) {
            throw new UnknownBuildException(
                    id,
                    "Next.js writes it for every app with a deploymentId, and OpenNext's caches use that instead; give the "
                            + "deployment ID as cache build ID");
        }
        try {
            return BuildId.of(id);
        } catch (IllegalArgumentException e) {
            throw new UnknownBuildException(id, e.getMessage() + "; check where it is read from");
        }
    }

    /**
     * Lists the builds of a site whose caches may serve visitors.
     *
     * @param current the newest build
     * @param retiring builds that a deploy replaced a moment ago: servers of both run side by side while it rolls out; newest
     *     first
     */
    record Live(BuildId current, List<BuildId> retiring) {

        public Live {
            requireNonNull(current, "current");
            retiring = List.copyOf(requireNonNull(retiring, "retiring"));
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

        /** {@return all builds that a change has to reach: the current one, then the retiring ones} */
        public List<BuildId> all() {
            List<BuildId> all = new ArrayList<>();
            all.add(current);
            all.addAll(retiring);
            return List.copyOf(all);
        }
    }
}
