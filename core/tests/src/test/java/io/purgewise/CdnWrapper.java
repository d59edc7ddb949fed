package io.purgewise;

import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import java.util.Optional;

/** Passes everything on to another CDN; tests change what they want to see changed. */
public class CdnWrapper implements Cdn {

    /** The other one. */
    protected final Cdn cdn;

    /** Wraps a CDN. */
    public CdnWrapper(Cdn cdn) {
        this.cdn = cdn;
    }

    @Override
    public Invalidation submit(InvalidationBatch batch) {
        return cdn.submit(batch);
    }

    @Override
    public Invalidation read(DistributionId distribution, String invalidationId) {
        return cdn.read(distribution, invalidationId);
    }

    @Override
    public Iterable<Invalidation.Summary> list(DistributionId distribution) {
        return cdn.list(distribution);
    }

    @Override
    public Optional<String> cacheTagHeader(DistributionId distribution) {
        return cdn.cacheTagHeader(distribution);
    }
}
