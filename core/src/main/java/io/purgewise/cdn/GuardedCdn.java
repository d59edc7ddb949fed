package io.purgewise.cdn;

import io.purgewise.internal.Interrupts;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;

/** Passes calls on, and turns what a CDN's client throws unforeseen into the exception that the port promises. Thread-safe. */
final class GuardedCdn implements Cdn {

    private final Cdn cdn;

    GuardedCdn(Cdn cdn) {
        this.cdn = cdn;
    }

    @Override
    public Invalidation submit(InvalidationBatch batch) {
        try {
            return cdn.submit(batch);
        } catch (CdnException e) {
            throw e;
        } catch (Exception e) {
            Interrupts.keep(e);
            // It may have been sent all the same.
            throw CdnException.ofSubmission(0, unforeseen(e), batch.reference());
        }
    }

    @Override
    public Invalidation read(DistributionId distribution, String invalidationId) {
        return ask(() -> cdn.read(distribution, invalidationId));
    }

    @Override
    public Iterable<Invalidation.Summary> list(DistributionId distribution) {
        return () -> {
            Iterator<Invalidation.Summary> summaries =
                    ask(() -> cdn.list(distribution).iterator());
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return ask(summaries::hasNext);
                }

                @Override
                public Invalidation.Summary next() {
                    return ask(summaries::next);
                }
            };
        };
    }

    @Override
    public Optional<String> cacheTagHeader(DistributionId distribution) {
        return ask(() -> cdn.cacheTagHeader(distribution));
    }

    private static <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (CdnException e) {
            throw e;
        } catch (Exception e) {
            Interrupts.keep(e);
            throw CdnException.ofQuestion(0, unforeseen(e));
        }
    }

    private static CdnException.Answer unforeseen(Exception e) {
        return new CdnException.Answer(String.valueOf(e), null, null, e);
    }
}
