package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.internal.Quoted;
import io.purgewise.site.NextVersion;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds a cache tag as the app writes it: what {@code revalidateTag}, {@code cacheTag} and {@code fetch(..., {next: {tags}})}
 * take.
 *
 * <p>Instances are immutable and thread-safe.
 *
 * @param value 1 to 256 UTF-16 code units (Next.js drops longer tags, {@code NEXT_CACHE_TAG_MAX_LENGTH}); no half of a
 *     surrogate pair; not starting with {@code _N_T_}, which marks the tags that Next.js derives from paths
 */
public record CacheTag(String value) {

    /** The longest tag that Next.js keeps, in UTF-16 code units before encoding. */
    public static final int MAX_LENGTH = 256;

    /** Next.js stops after it has kept more than {@code NEXT_CACHE_TAG_MAX_ITEMS}, which lets one more through. */
    private static final int MAX_KEPT = 129;

    private static final NextVersion LAST_SEEN_RAW = new NextVersion(16, 1, 6);
    private static final NextVersion FIRST_SEEN_ENCODED = new NextVersion(16, 3, 7);

    /**
     * Creates a tag from its checked value.
     *
     * @throws IllegalArgumentException if {@code value} is empty, too long, holds half of a surrogate pair or belongs to
     *     Next.js itself
     */
    public CacheTag {
        requireNonNull(value, "value");
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("cache tag must have 1 to " + MAX_LENGTH
                    + " characters, since Next.js drops others, but has " + value.length() + ": " + Quoted.of(value));
        }
        if (value.startsWith(PathTags.PREFIX)) {
            throw new IllegalArgumentException("tags that start with " + PathTags.PREFIX
                    + " belong to paths; revalidate the page instead of \"" + value + "\"");
        }
        encodeHeaderSafe(value);
    }

    /**
     * Creates a tag.
     *
     * @param value the tag as the app writes it
     * @return the tag
     * @throws IllegalArgumentException if {@code value} is no tag that Next.js keeps
     */
    public static CacheTag of(String value) {
        return new CacheTag(value);
    }

    /**
     * Encodes a tag or path as Next.js 16.3 and newer does before it is stored or looked up: every character but tab and
     * printable ASCII is percent-encoded as UTF-8 ({@code server/lib/encode-header-safe}). Encoding twice changes nothing.
     *
     * @param text any text, also an empty one or one too long for a tag
     * @return the encoded text
     * @throws IllegalArgumentException if {@code text} holds half of a surrogate pair, for which Next.js throws too
     */
    public static String encodeHeaderSafe(String text) {
        requireNonNull(text, "text");
        return UrlPattern.escape(text, c -> c == '\t' || (c >= 0x20 && c <= 0x7e));
    }

    /**
     * Filters the tags of a fetch as Next.js 16 does ({@code validateTags}): tags over 256 characters are dropped, what
     * comes after the 129th kept one too, and the rest is encoded.
     *
     * @param tags the tags that the app gave
     * @return the tags that are stored
     * @throws IllegalArgumentException if a tag holds half of a surrogate pair
     */
    public static List<String> keep(List<String> tags) {
        requireNonNull(tags, "tags");
        return tags.stream()
                .filter(tag -> tag.length() <= MAX_LENGTH)
                .limit(MAX_KEPT)
                .map(CacheTag::encodeHeaderSafe)
                .toList();
    }

    /**
     * Lists the spellings under which the caches may hold the tag as a whole: encoded by Next.js 16.3.7 and newer, raw
     * by 16.1.6 and older, and either for versions between them and unknown ones. OpenNext's seed also trims the tags of
     * pages. An ASCII tag without outer spaces has one spelling.
     *
     * @param version the site's version of Next.js, or null if not known
     * @return at least one spelling
     */
    public List<String> spellings(@Nullable NextVersion version) {
        Set<String> spellings = new LinkedHashSet<>();
        if (version == null || version.compareTo(LAST_SEEN_RAW) > 0) {
            spellings.add(encodeHeaderSafe(value));
        }
        if (version == null || version.compareTo(FIRST_SEEN_ENCODED) < 0) {
            spellings.add(value);
        }
        for (String spelling : List.copyOf(spellings)) {
            if (!spelling.isBlank()) {
                spellings.add(spelling.strip());
            }
        }
        return List.copyOf(spellings);
    }

    /**
     * Lists the pieces into which the tag falls on a page, whose tags travel in one comma-separated header: {@code a,b}
     * becomes {@code a} and {@code b} on a page, and stays whole on a fetch.
     *
     * @return the pieces, not empty ones; the tag itself if it holds no comma
     */
    public List<CacheTag> pieces() {
        if (value.indexOf(',') < 0) {
            return List.of(this);
        }
        List<CacheTag> pieces = new ArrayList<>();
        for (String piece : value.split(",", -1)) {
            if (!piece.isEmpty() && !piece.startsWith(PathTags.PREFIX)) {
                pieces.add(new CacheTag(piece));
            }
        }
        return List.copyOf(pieces);
    }

    /** Returns the bare tag. */
    @Override
    public String toString() {
        return value;
    }
}
