package io.purgewise.spring;

import io.purgewise.cdn.EntryKey;
import io.purgewise.cdn.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Reports how many changes wait, how long the oldest has waited, and what went wrong at last. Keep it out of the liveness
 * group: a restart helps neither CloudFront nor DynamoDB.
 */
final class OutboxHealth extends AbstractHealthIndicator {

    private final Outbox outbox;
    private final DrainerLifecycle drainer;
    private final Duration maxAge;
    private final InstantSource clock;

    OutboxHealth(Outbox outbox, DrainerLifecycle drainer, Duration maxAge, InstantSource clock) {
        super("the outbox cannot be read");
        this.outbox = outbox;
        this.drainer = drainer;
        this.maxAge = maxAge;
        this.clock = clock;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        Set<EntryKey> waiting = outbox.keys();
        Instant now = clock.instant();
        Duration age = waiting.stream()
                .map(key -> Duration.between(key.acceptedAt(), now))
                .reduce(Duration.ZERO, (a, b) -> a.compareTo(b) > 0 ? a : b);
        boolean down = !drainer.isRunning() || drainer.lastFailure().isPresent() || age.compareTo(maxAge) > 0;
        builder.status(down ? "DOWN" : "UP")
                .withDetail("waiting", waiting.size())
                .withDetail("oldestSeconds", age.toSeconds());
        drainer.lastFailure().ifPresent(failure -> builder.withDetail("lastFailure", failure.reason()));
    }
}
