package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Is one entry as a listing shows it.
 *
 * @param entry what it stands for
 * @param name its full name in the store
 * @param lastModified when it was last written, in whole seconds on S3
 * @param eTag changes whenever its content does
 * @param size in bytes
 */
public record ListedEntry(StoredEntry entry, String name, Instant lastModified, String eTag, long size) {

    public ListedEntry {
        requireNonNull(entry, "entry");
        requireNonNull(name, "name");
        requireNonNull(lastModified, "lastModified");
        requireNonNull(eTag, "eTag");
    }
}
