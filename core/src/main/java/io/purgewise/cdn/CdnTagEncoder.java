package io.purgewise.cdn;

import io.purgewise.site.CdnTag;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Turns the tags of a Next.js app into cache tags of the CDN.
 *
 * <p>A Next.js tag is case-sensitive, may hold commas, spaces and any Unicode, and has up to 1,024 characters; CloudFront
 * ignores case, forbids commas and spaces, allows 256 characters, and reads 50 tags of an object ("What you need to know when
 * invalidating tags", CloudFront Developer Guide). So a tag becomes the first 80 bits of the SHA-256 of its UTF-8 bytes, as 20
 * lower-case hexadecimal digits. Two of a million tags share a code with a chance of 1 in 2 million million; clearing
 * one of them then clears the other's pages too, which costs their renders and leaves nothing stale. The app sends the same with
 * <pre>{@code
 * import { createHash } from "node:crypto";
 * const cdnTag = (tag) => createHash("sha256").update(tag, "utf8").digest("hex").slice(0, 20);
 * // the most specific tags first: CloudFront reads 50
 * response.setHeader("x-cdn-tags", tags.slice(0, 50).map(cdnTag).join(","));
 * }</pre>
 *
 * <p>Stateless and thread-safe.
 */
public final class CdnTagEncoder {

    /** The most tags that CloudFront reads of an object; it ignores further ones without a word. */
    public static final int MAX_TAGS_PER_OBJECT = 50;

    private static final int BYTES = 10;

    private CdnTagEncoder() {}

    /**
     * Encodes a tag.
     *
     * @param nextTag the tag as the app writes it, not empty
     * @return the tag as CloudFront knows it: 20 lower-case hexadecimal digits
     * @throws IllegalArgumentException if the tag is empty or holds half of a surrogate pair
     */
    public static CdnTag encode(String nextTag) {
        Objects.requireNonNull(nextTag, "nextTag");
        if (nextTag.isEmpty() || !StandardCharsets.UTF_8.newEncoder().canEncode(nextTag)) {
            throw new IllegalArgumentException("tag must be whole, non-empty text, but was \"" + nextTag + "\"");
        }
        byte[] digest = CallerReference.sha256().digest(nextTag.getBytes(StandardCharsets.UTF_8));
        return new CdnTag(HexFormat.of().formatHex(digest, 0, BYTES));
    }

    /**
     * Encodes the tags of one object, as the value of the header that the distribution reads.
     *
     * @param nextTags the tags as the app writes them, the most specific first
     * @return up to {@value #MAX_TAGS_PER_OBJECT} codes, each once, joined by commas
     * @throws IllegalArgumentException if there are more: the object could not be cleared by all of its tags
     */
    public static String header(Collection<String> nextTags) {
        Objects.requireNonNull(nextTags, "nextTags");
        Set<String> codes = new LinkedHashSet<>();
        nextTags.forEach(tag -> codes.add(encode(tag).tag()));
        if (codes.size() > MAX_TAGS_PER_OBJECT) {
            throw new IllegalArgumentException("CloudFront reads " + MAX_TAGS_PER_OBJECT
                    + " tags of an object and ignores the rest, but there are " + codes.size()
                    + "; send fewer, or clear such objects by path");
        }
        return String.join(",", codes);
    }
}
