package io.purgewise.aws;

import io.purgewise.cdn.Ambient;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;

/**
 * Says how often and how patiently an HTTP peer is asked. Immutable and thread-safe.
 *
 * @param tries how often within a call
 * @param timeout how long an answer may take
 * @param pause how to wait between tries
 */
record Attempts(int tries, Duration timeout, Ambient.Pause pause) {

    private static final int MAX_DOUBLINGS = 5;

    /** Waits as the thread does. */
    static Attempts of(int tries, Duration timeout) {
        return new Attempts(tries, timeout, duration -> Thread.sleep(duration.toMillis()));
    }

    Attempts tries(int other) {
        if (other < 1) {
            throw new IllegalArgumentException("tries must be at least 1, but were " + other);
        }
        return new Attempts(other, timeout, pause);
    }

    Attempts timeout(Duration other) {
        return new Attempts(tries, requirePositive(other), pause);
    }

    Attempts pause(Ambient.Pause other) {
        return new Attempts(tries, timeout, Objects.requireNonNull(other, "pause"));
    }

    /** Waits before every try but the first, 400 ms and doubling; tells whether to try, which an interrupted thread does not. */
    boolean mayTry(int attempt) {
        if (attempt == 1) {
            return true;
        }
        try {
            pause.waitFor(Duration.ofMillis(200L << Math.min(attempt - 1, MAX_DOUBLINGS)));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static Duration requirePositive(Duration timeout) {
        if (Objects.requireNonNull(timeout, "timeout").isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be positive, but was " + timeout);
        }
        return timeout;
    }

    /**
     * Refuses a client that follows redirects.
     *
     * @param because what it would do then
     */
    static HttpClient requireNoRedirects(HttpClient client, String because) {
        if (Objects.requireNonNull(client, "client").followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("the HTTP client must not follow redirects: " + because);
        }
        return client;
    }
}
