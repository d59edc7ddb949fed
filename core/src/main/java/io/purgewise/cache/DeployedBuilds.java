package io.purgewise.cache;

import io.purgewise.site.BuildId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does what {@link BuildIds#following} says. Thread-safe. */
final class DeployedBuilds implements BuildIds {

    private record Retired(BuildId build, Instant until) {}

    private final Supplier<String> source;
    private final Duration lifetime;
    private final Duration grace;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Retired> retired = new ArrayList<>();
    private @Nullable BuildId current;
    private @Nullable Instant readAt;

    DeployedBuilds(Supplier<String> source, Duration lifetime, Duration grace) {
        this.source = source;
        this.lifetime = lifetime;
        this.grace = grace;
    }

    @Override
    public Live at(Instant now) {
        Objects.requireNonNull(now, "now");
        lock.lock();
        try {
            BuildId known = current;
            // A clock that was set back must not make an old answer hold for as long as it was set back.
            if (known == null || readAt == null || now.isBefore(readAt) || !now.isBefore(readAt.plus(lifetime))) {
                BuildId found = BuildIds.parse(source.get());
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
            return new Live(known, retired.stream().map(Retired::build).toList());
        } finally {
            lock.unlock();
        }
    }
}
