package io.purgewise.testkit;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/** Forgets what a fake distribution is told to invalidate. */
interface PurgedCache {

    /** Forgets what was stored up to a moment. */
    void invalidate(Collection<String> items, Instant effectiveAt);

    /** Returns the header from which cache tags are read; empty if they clear nothing. */
    Optional<String> cacheTagHeader();
}
