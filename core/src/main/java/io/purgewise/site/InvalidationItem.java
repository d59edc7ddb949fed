package io.purgewise.site;

import java.util.Objects;

/**
 * Names one entry of a CloudFront invalidation, billed as one path whatever it clears: a URL, a prefix, or a cache tag.
 *
 * <p>Items are immutable and thread-safe. AWS: "Pay for file invalidation" and "What you need to know when invalidating
 * tags", CloudFront Developer Guide.
 */
public sealed interface InvalidationItem permits UrlPattern, CdnTag {

    /** {@return the item as CreateInvalidation takes it: {@code /p}, {@code /p*} or {@code #tag}} */
    String spelling();

    /**
     * {@return whether the item clears every URL that starts with a prefix; CloudFront allows fewer of these wildcards
     * at a time}
     */
    boolean isWildcard();

    /**
     * Parses an entry of an invalidation batch.
     *
     * @param spelling {@code /p}, {@code /p*} or {@code #tag}
     * @return the item
     * @throws IllegalArgumentException if CloudFront would not take it
     */
    static InvalidationItem parse(String spelling) {
        Objects.requireNonNull(spelling, "spelling");
        return spelling.startsWith("#") ? new CdnTag(spelling.substring(1)) : UrlPattern.parse(spelling);
    }
}
