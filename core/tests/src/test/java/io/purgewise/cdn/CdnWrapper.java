package io.purgewise.cdn;

import java.util.Optional;

/** Passes everything on to another CDN; tests change what they want to see changed. */
class CdnWrapper implements Cdn {

    final Cdn cdn;

    CdnWrapper(Cdn cdn) {
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
