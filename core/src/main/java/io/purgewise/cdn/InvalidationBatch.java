package io.purgewise.cdn;

import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Holds what one CreateInvalidation call carries: where to clear which items, and the caller reference that makes the call
 * safe to repeat.
 *
 * <p>Instances are immutable and thread-safe.
 *
 * @param distribution where the batch goes; its caller reference is derived from it, so it goes nowhere else
 * @param items 1 to 3,000 items, sorted by spelling, none twice (CloudFront would bill a duplicate; cache tags that differ
 *     in case only are duplicates)
 * @param reference the idempotency key, the same for every attempt at this batch
 */
public record InvalidationBatch(DistributionId distribution, List<InvalidationItem> items, CallerReference reference) {

    /**
     * The most items of a batch: AWS's quota of paths in progress per distribution, which no single request can exceed
     * (CloudFront Developer Guide, "Concurrent invalidation request maximum").
     */
    public static final int MAX_ITEMS = 3000;

    /**
     * Sorts and checks the items.
     *
     * @throws IllegalArgumentException if there is no item, an item twice, or more than {@value #MAX_ITEMS}
     */
    public InvalidationBatch {
        Objects.requireNonNull(items, "items");
        Objects.requireNonNull(distribution, "distribution");
        Objects.requireNonNull(reference, "reference");
        items = items.stream()
                .sorted(Comparator.comparing(InvalidationItem::spelling))
                .toList();
        if (items.isEmpty() || items.size() > MAX_ITEMS) {
            throw new IllegalArgumentException(
                    "a batch must have 1 to " + MAX_ITEMS + " items, but has " + items.size() + "; split it");
        }
        Set<String> seen = new HashSet<>();
        for (InvalidationItem item : items) {
            if (!seen.add(identity(item))) {
                throw new IllegalArgumentException("CloudFront would bill a duplicate: " + item.spelling());
            }
        }
    }

    /**
     * Creates a batch with the reference that {@link CallerReference#derive} gives.
     *
     * @param distribution where the batch goes
     * @param items what to clear, in any order
     * @param discriminator tells apart two batches that clear the same at different times, such as the ID of a drain
     * @return the batch
     * @throws IllegalArgumentException if there is no item, an item twice, or more than {@value #MAX_ITEMS}
     */
    public static InvalidationBatch of(
            DistributionId distribution, Collection<? extends InvalidationItem> items, String discriminator) {
        Objects.requireNonNull(items, "items");
        return new InvalidationBatch(
                distribution, List.copyOf(items), CallerReference.derive(distribution, items, discriminator));
    }

    /**
     * Returns how many paths CloudFront bills for the batch.
     *
     * @return the number of items
     */
    public int quantity() {
        return items.size();
    }

    /**
     * Returns how many of the items are wildcards, which have a quota of their own.
     *
     * @return the number of wildcards
     */
    public int wildcards() {
        return (int) items.stream().filter(InvalidationItem::isWildcard).count();
    }

    /**
     * Returns the items as CreateInvalidation takes them.
     *
     * @return the spellings, in the order of the items
     */
    public List<String> spellings() {
        return items.stream().map(InvalidationItem::spelling).toList();
    }

    /** Returns what makes two items clear the same: the spelling, without regard to case for a tag. */
    static String identity(InvalidationItem item) {
        String spelling = item.spelling();
        return item instanceof CdnTag ? spelling.toLowerCase(Locale.ROOT) : spelling;
    }
}
