package io.purgewise.site;

import java.util.Objects;

/**
 * Clears every object that was cached with a tag, on distributions with a {@code CacheTagConfig}.
 *
 * <p>Instances are immutable and thread-safe. AWS: "What you need to know when invalidating tags", CloudFront Developer
 * Guide.
 *
 * @param tag 1 to 256 ASCII characters from 33 to 126, no comma, without the {@code #}; CloudFront ignores its case
 */
public record CdnTag(String tag) implements InvalidationItem {

    static final int MAX_LENGTH = 256;

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
