package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.BuildId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the deploys of a site: reads its build ID now and then, and keeps an old build live for a grace period after a new
 * one has shown up, since servers of both answer visitors while a deploy rolls out.
 *
 * <p>This class is thread-safe; at most one thread reads at a time, the others wait for it.
 */
public final class DeployedBuilds implements BuildIds {

    /**
     * What Next.js 16.2 and newer write as build ID for every app that sets {@code deploymentId} and no
     * {@code generateBuildId}; OpenNext then uses the deployment ID in all its keys.
     */
    public static final String HIDDEN = "build-TfctsWXpff2fKS";

    private record Retired(BuildId build, Instant until) {}

    private final Supplier<String> source;
    private final Duration lifetime;
    private final Duration grace;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Retired> retired = new ArrayList<>();
    private @Nullable BuildId current;
    private @Nullable Instant readAt;

    private DeployedBuilds(Supplier<String> source, Duration lifetime, Duration grace) {
        this.source = source;
        this.lifetime = lifetime;
        this.grace = grace;
    }

    /**
     * Creates a source that reads the build ID from wherever it stands.
     *
     * @param source reads the build ID, such as {@code S3BuildId} of the AWS adapter; white space around it is ignored
     * @param lifetime how long an answer holds; zero to read every time
     * @param grace how long a replaced build stays live; at least as long as a deploy takes
     * @return the source
     * @throws IllegalArgumentException if a duration is negative
     */
    public static DeployedBuilds of(Supplier<String> source, Duration lifetime, Duration grace) {
        requireNonNull(source, "source");
        requireNonNull(lifetime, "lifetime");
        requireNonNull(grace, "grace");
        if (lifetime.isNegative() || grace.isNegative()) {
            throw new IllegalArgumentException(
                    "lifetime and grace must not be negative, but were " + lifetime + " and " + grace);
        }
        return new DeployedBuilds(source, lifetime, grace);
    }

    /** Refuses the ID that hides a deployment ID: what is marked under it no server looks at. */
    static void requireShown(BuildId cacheBuild) {
        if (cacheBuild.value().equals(HIDDEN)) {
            throw new IllegalArgumentException(HIDDEN + " is what Next.js writes as build ID of every app with a"
                    + " deploymentId, and OpenNext's caches use that instead; give the deployment ID as cache build ID:"
                    + " Site.Builder.cacheBuildId, in the tool --cache-build-id");
        }
    }

    /**
     * Checks a text that stands where a build ID is looked for.
     *
     * @param text what was found
     * @return the build ID, which is that of the caches too
     * @throws UnknownBuildException if it is none, or hides the deployment ID that the caches use
     */
    public static BuildId check(String text) {
        requireNonNull(text, "text");
        String id = text.strip();
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

    @Override
    public BuildIds.Live at(Instant now) {
        requireNonNull(now, "now");
        lock.lock();
        try {
            BuildId known = current;
            if (known == null || readAt == null || !now.isBefore(readAt.plus(lifetime))) {
                BuildId found = check(source.get());
                if (known != null && !known.equals(found)) {
                    retired.add(0, new Retired(known, now.plus(grace)));
                }
                // A build that was rolled back to is live again in its own right.
                retired.removeIf(old -> old.build().equals(found));
                current = found;
                readAt = now;
                known = found;
            }
            retired.removeIf(old -> !now.isBefore(old.until()));
            return new BuildIds.Live(known, retired.stream().map(Retired::build).toList());
        } finally {
            lock.unlock();
        }
    }
}
