package io.purgewise.cdn;

import io.purgewise.site.CdnTag;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;

/**
 * Says what one change needs cleared at the CDN. Immutable and thread-safe.
 *
 * @param patterns the URL patterns to clear
 * @param unnameable URLs to clear that no path can name; they take a tag, or a wildcard where the policy allows it
 * @param tags cache tags each of which, by itself, clears all of the patterns and unnameable URLs; one may be taken instead of
 *     them where the distribution reads tags. With neither, all of the tags are to be cleared
 */
public record Wanted(Set<UrlPattern> patterns, Set<UnnameableUrl> unnameable, Set<CdnTag> tags) {

    /** Copies the sets. */
    public Wanted {
        patterns = Set.copyOf(Objects.requireNonNull(patterns, "patterns"));
        unnameable = Set.copyOf(Objects.requireNonNull(unnameable, "unnameable"));
        tags = Set.copyOf(Objects.requireNonNull(tags, "tags"));
    }

    /**
     * Wants patterns cleared, or one of the tags that stand for them.
     *
     * @param patterns the URL patterns
     * @param tags the tags
     */
    public Wanted(Set<UrlPattern> patterns, Set<CdnTag> tags) {
        this(patterns, Set.of(), tags);
    }

    /**
     * Wants patterns cleared, whose pages share no tag.
     *
     * @param patterns the URL patterns
     * @return what is wanted
     */
    public static Wanted of(Collection<UrlPattern> patterns) {
        Objects.requireNonNull(patterns, "patterns");
        return new Wanted(Set.copyOf(patterns), Set.of());
    }

    /**
     * Tells whether there is nothing to clear.
     *
     * @return whether there is no pattern, no URL and no tag
     */
    public boolean isEmpty() {
        return patterns.isEmpty() && unnameable.isEmpty() && tags.isEmpty();
    }

    boolean isOfTagsAlone() {
        return patterns.isEmpty() && unnameable.isEmpty();
    }
}
