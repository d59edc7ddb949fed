package io.purgewise.aws;

import io.purgewise.plan.UrlIndex;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers with the site's URLs as they were listed last, and lists them anew in the background when that was too long ago.
 * Nobody waits: before the first listing ends, and where listing fails, the site counts as unknown or as it was. This class is
 * thread-safe; at most one listing goes on at a time.
 */
final class ListedUrls implements Supplier<UrlIndex> {

    /** How many entries are listed at the most, which is a thousand calls and some 10 MB of index. */
    static final long MOST = 1_000_000;

    private static final System.Logger LOG = System.getLogger(ListedUrls.class.getName());

    private final Supplier<UrlIndex> listing;
    private final InstantSource clock;
    private final Duration lifetime;
    private final Executor background;
    private UrlIndex index = UrlIndex.unknown();
    private @Nullable Instant listedAt;
    private boolean underWay;
    private boolean closed;

    ListedUrls(Supplier<UrlIndex> listing, InstantSource clock, Duration lifetime, Executor background) {
        this.listing = listing;
        this.clock = clock;
        this.lifetime = lifetime;
        this.background = background;
    }

    @Override
    public UrlIndex get() {
        if (due(clock.instant())) {
            try {
                background.execute(this::list);
            } catch (RejectedExecutionException closed) {
                ended(null);
            }
        }
        return listed();
    }

    private void list() {
        UrlIndex found = null;
        try {
            found = listing.get();
        } catch (RuntimeException e) {
            if (!closed()) {
                LOG.log(Level.WARNING, "the site's pages cannot be listed and will be listed again later", e);
            }
        } finally {
            ended(found);
        }
    }

    /** Hears that nobody asks any more, so that a listing which is stopped is no failure. */
    synchronized void close() {
        closed = true;
    }

    private synchronized boolean closed() {
        return closed;
    }

    private synchronized UrlIndex listed() {
        return index;
    }

    private synchronized boolean due(Instant now) {
        // A clock that was set back must not make a list hold for as long as it was set back.
        boolean old = listedAt == null || now.isBefore(listedAt) || !now.isBefore(listedAt.plus(lifetime));
        boolean due = !underWay && old;
        underWay |= due;
        return due;
    }

    private synchronized void ended(@Nullable UrlIndex found) {
        underWay = false;
        listedAt = clock.instant();
        if (found != null) {
            index = found;
        }
    }
}
