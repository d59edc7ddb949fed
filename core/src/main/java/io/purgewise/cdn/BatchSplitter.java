package io.purgewise.cdn;

import io.purgewise.site.InvalidationItem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Cuts a plan's items into batches that fit the quotas of one call; the same items give the same batches everywhere. */
final class BatchSplitter {

    private BatchSplitter() {}

    static List<InvalidationBatch> split(
            CdnQuotas quotas,
            DistributionId distribution,
            Collection<? extends InvalidationItem> items,
            String discriminator) {
        Map<String, InvalidationItem> sorted = new TreeMap<>();
        items.forEach(item -> sorted.putIfAbsent(item.spelling(), item));
        // Tags that differ in case only are one tag to CloudFront.
        Map<String, InvalidationItem> distinct = new LinkedHashMap<>();
        sorted.values().forEach(item -> distinct.putIfAbsent(InvalidationBatch.identity(item), item));
        List<InvalidationItem> wildcards = new ArrayList<>();
        List<InvalidationItem> others = new ArrayList<>();
        distinct.values().forEach(item -> (item.isWildcard() ? wildcards : others).add(item));
        List<InvalidationBatch> batches = new ArrayList<>();
        int nextWildcard = 0;
        int nextOther = 0;
        while (nextWildcard < wildcards.size() || nextOther < others.size()) {
            List<InvalidationItem> part = new ArrayList<>();
            while (nextWildcard < wildcards.size()
                    && part.size() < Math.min(quotas.wildcardsPerBatch(), quotas.itemsPerBatch())) {
                part.add(wildcards.get(nextWildcard++));
            }
            while (nextOther < others.size() && part.size() < quotas.itemsPerBatch()) {
                part.add(others.get(nextOther++));
            }
            batches.add(InvalidationBatch.of(distribution, part, discriminator));
        }
        return batches;
    }

    /** Halves a batch under references derived from its own, so that a second attempt derives the same halves. */
    static List<InvalidationBatch> halves(InvalidationBatch batch) {
        int middle = batch.quantity() / 2;
        DistributionId distribution = batch.distribution();
        String discriminator = batch.reference().value();
        return List.of(
                InvalidationBatch.of(distribution, batch.items().subList(0, middle), discriminator),
                InvalidationBatch.of(distribution, batch.items().subList(middle, batch.quantity()), discriminator));
    }

    /** Tells whether a half of a batch, or a half of a half and so on, is among some references. */
    static boolean hasPartIn(InvalidationBatch batch, Set<CallerReference> references) {
        if (references.isEmpty() || batch.quantity() == 1) {
            return false;
        }
        for (InvalidationBatch half : halves(batch)) {
            if (references.contains(half.reference()) || hasPartIn(half, references)) {
                return true;
            }
        }
        return false;
    }
}
