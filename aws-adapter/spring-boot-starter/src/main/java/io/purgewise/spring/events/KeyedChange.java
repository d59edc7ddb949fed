package io.purgewise.spring.events;

import io.purgewise.revalidate.Change;
import java.util.Objects;

/**
 * Names a published change, so that its repetition costs nothing: delivered again within a day, by a registry or by whoever published
 * it, it is carried through once and paid once.
 *
 * <p>A {@link Change} that is published by itself gets a key of its own in the same transaction. A service that may publish the same
 * change twice, such as one that handles a message which a queue delivers again, publishes this instead, with a key of its own.
 *
 * @param key what names the occasion, such as the ID of the message; not empty. The same key with another change is another change
 * @param change what changed
 */
public record KeyedChange(String key, Change change) {

    /**
     * Names a change.
     *
     * @throws IllegalArgumentException if {@code key} is empty
     */
    public KeyedChange {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(change, "change");
        if (key.isEmpty()) {
            throw new IllegalArgumentException("the key of " + change + " must not be empty");
        }
    }
}
