package io.purgewise.site;

import io.purgewise.internal.Quoted;
import io.purgewise.internal.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Clears every object that was cached with a tag, on distributions with a {@code CacheTagConfig}.
 *
 * <p>Instances are immutable and thread-safe. AWS: "What you need to know when invalidating tags", CloudFront Developer
 * Guide.
 *
 * @param tag 1 to 256 ASCII characters from 33 to 126, no comma, without the {@code #}; CloudFront ignores its case
 */
public record CdnTag(String tag) implements InvalidationItem {

    /** The most tags that CloudFront reads of an object; it ignores further ones without a word. */
    public static final int MAX_TAGS_OF_AN_OBJECT = 50;

    static final int MAX_LENGTH = 256;
    private static final int HASH_BYTES = 10;

    /**
     * Checks the tag.
     *
     * @throws IllegalArgumentException if CloudFront would not take the tag
     */
    public CdnTag {
        Objects.requireNonNull(tag, "tag");
        if (tag.isEmpty() || tag.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("CDN cache tag must have 1 to " + MAX_LENGTH + " characters, but has "
                    + tag.length() + ": \"" + tag.substring(0, Math.min(tag.length(), MAX_LENGTH)) + "\"");
        }
        if (!tag.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ',')) {
            throw new IllegalArgumentException(
                    "CDN cache tag must be visible ASCII without a comma, but was \"" + tag + "\"");
        }
    }

    /**
     * Makes a cache tag of a tag of a Next.js app.
     *
     * <p>A Next.js tag is case-sensitive, may hold commas, spaces and any Unicode, and has up to 1,024 characters; CloudFront
     * ignores case and forbids commas and spaces. So a tag becomes the first 80 bits of the SHA-256 of its UTF-8 bytes, as 20
     * lower-case hexadecimal digits. Two of a million tags share a hash with a chance of 1 in 2 million million; clearing one of
     * them then clears the other's pages too, which costs their renders and leaves nothing stale. The app sends the same with
     * <pre>{@code
     * import { createHash } from "node:crypto";
     * const cdnTag = (tag) => createHash("sha256").update(tag, "utf8").digest("hex").slice(0, 20);
     * // the most specific tags first: CloudFront reads 50
     * response.setHeader("x-cdn-tags", tags.slice(0, 50).map(cdnTag).join(","));
     * }</pre>
     *
     * @param nextTag the tag as the app writes it, not empty
     * @return the tag as CloudFront knows it: 20 lower-case hexadecimal digits
     * @throws IllegalArgumentException if the tag is empty or holds half of a surrogate pair
     */
    public static CdnTag hashOf(String nextTag) {
        Objects.requireNonNull(nextTag, "nextTag");
        if (nextTag.isEmpty() || !StandardCharsets.UTF_8.newEncoder().canEncode(nextTag)) {
            throw new IllegalArgumentException("tag must be whole, non-empty text, but was " + Quoted.of(nextTag));
        }
        byte[] digest = Sha256.digest().digest(nextTag.getBytes(StandardCharsets.UTF_8));
        return new CdnTag(HexFormat.of().formatHex(digest, 0, HASH_BYTES));
    }

    /**
     * Makes the value of the header that names the tags of one object, from the {@linkplain #hashOf hashes} of its tags.
     *
     * @param nextTags the tags as the app writes them, the most specific first
     * @return up to {@value #MAX_TAGS_OF_AN_OBJECT} hashes, each once, joined by commas
     * @throws IllegalArgumentException if there are more: the object could not be cleared by all of its tags
     */
    public static String headerOfHashes(Collection<String> nextTags) {
        Objects.requireNonNull(nextTags, "nextTags");
        Set<String> hashes = new LinkedHashSet<>();
        nextTags.forEach(tag -> hashes.add(hashOf(tag).tag()));
        if (hashes.size() > MAX_TAGS_OF_AN_OBJECT) {
            throw new IllegalArgumentException("CloudFront reads " + MAX_TAGS_OF_AN_OBJECT
                    + " tags of an object and ignores the rest, but there are " + hashes.size()
                    + "; send fewer, or clear such objects by path");
        }
        return String.join(",", hashes);
    }

    @Override
    public boolean isWildcard() {
        return false;
    }

    @Override
    public String spelling() {
        return "#" + tag;
    }

    /** Returns the item as CreateInvalidation takes it: {@code #} and the tag. */
    @Override
    public String toString() {
        return spelling();
    }
}
