package io.purgewise.cdn;

import io.purgewise.site.InvalidationItem;
import java.util.Objects;

/**
 * Names an item that the CDN refuses, found by sending it apart from its batch. What it should clear is still cached.
 *
 * @param item the item
 * @param reason what the CDN said, with its request ID
 */
public record RejectedItem(InvalidationItem item, String reason) {

    /** Checks that no part is missing. */
    public RejectedItem {
        Objects.requireNonNull(item, "item");
        Objects.requireNonNull(reason, "reason");
    }
}
