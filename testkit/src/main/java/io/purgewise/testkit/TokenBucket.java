package io.purgewise.testkit;

import java.time.Duration;
import java.time.Instant;

/** Counts what a rate still allows. Not thread-safe: the fake holds its lock. */
final class TokenBucket {

    private final FakeQuotas.Rate rate;
    private Instant fullAt;

    TokenBucket(FakeQuotas.Rate rate) {
        this.rate = rate;
        this.fullAt = Instant.MIN;
    }

    boolean allows(int tokens, Instant now) {
        if (rate.interval().isZero()) {
            return true;
        }
        return tokens <= rate.burst() && !fullAfter(tokens, now).isAfter(now.plus(capacity()));
    }

    void take(int tokens, Instant now) {
        if (!rate.interval().isZero()) {
            fullAt = fullAfter(tokens, now);
        }
    }

    private Instant fullAfter(int tokens, Instant now) {
        Instant base = fullAt.isAfter(now) ? fullAt : now;
        return base.plus(rate.interval().multipliedBy(tokens));
    }

    private Duration capacity() {
        return rate.interval().multipliedBy(rate.burst());
    }
}
