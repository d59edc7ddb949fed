package io.purgewise.cdn;

import io.purgewise.site.CdnTag;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/**
 * Is a change that was accepted: what must be cleared at the CDN, and from when on that makes sense.
 *
 * <p>Instances are immutable and thread-safe.
 *
 * @param id what names the change, unique in its outbox; 1 to 128 letters, digits, {@code .}, {@code _} and {@code -}
 * @param acceptedAt when it was accepted, by the clock of whoever accepted it
 * @param notBefore when the caches behind the CDN have settled, by the same clock: clearing earlier could bring the old page
 *     back. Only its distance from {@code acceptedAt} is used, measured by the drainer's own clock from when it first sees the
 *     entry, so that clocks which differ do no harm
 * @param patterns what must be cleared, as URLs and prefixes
 * @param tags what must be cleared, as cache tags of the CDN
 */
public record OutboxEntry(
        String id, Instant acceptedAt, Instant notBefore, Set<UrlPattern> patterns, Set<CdnTag> tags) {

    private static final int MAX_ID = 128;

    /**
     * Creates an entry of checked parts.
     *
     * @param id what names the change
     * @param acceptedAt when it was accepted
     * @param notBefore when the caches behind the CDN have settled
     * @param patterns what must be cleared, as URLs and prefixes
     * @param tags what must be cleared, as cache tags
     * @throws IllegalArgumentException if the ID is malformed, there is nothing to clear, or {@code notBefore} is earlier than
     *     {@code acceptedAt}
     */
    public OutboxEntry {
        if (id.isEmpty() || id.length() > MAX_ID || !id.chars().allMatch(OutboxEntry::isAllowed)) {
            throw new IllegalArgumentException(
                    "entry ID must be 1 to " + MAX_ID + " letters, digits, . _ or -, but was \"" + id + "\"");
        }
        if (notBefore.isBefore(acceptedAt)) {
            throw new IllegalArgumentException(
                    "entry " + id + " must not settle at " + notBefore + ", before it was accepted at " + acceptedAt);
        }
        if (patterns.isEmpty() && tags.isEmpty()) {
            throw new IllegalArgumentException("entry " + id + " has nothing to clear");
        }
        patterns = Set.copyOf(patterns);
        tags = Set.copyOf(tags);
    }

    private static boolean isAllowed(int c) {
        return c < 0x80 && (Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-');
    }

    /**
     * Returns how long the caches behind the CDN need to settle.
     *
     * @return the time from acceptance; zero if they had settled by then
     */
    public Duration settle() {
        return Duration.between(acceptedAt, notBefore);
    }

    /**
     * Returns what names the entry in its outbox.
     *
     * @return the key
     */
    public EntryKey key() {
        return new EntryKey(acceptedAt, id);
    }

    /**
     * Returns the spellings of everything to clear, sorted.
     *
     * @return patterns and tags as CreateInvalidation takes them
     */
    public Set<String> spellings() {
        Set<String> spellings = new TreeSet<>();
        patterns.forEach(pattern -> spellings.add(pattern.toString()));
        tags.forEach(tag -> spellings.add(tag.spelling()));
        return spellings;
    }
}
