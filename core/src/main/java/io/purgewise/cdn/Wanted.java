package io.purgewise.cdn;

import io.purgewise.plan.TagOption;
import io.purgewise.site.CdnTag;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says what one change needs cleared at the CDN. Immutable and thread-safe.
 *
 * @param patterns the URL patterns to clear
 * @param unnameable URLs to clear that no path can name; they take a tag, or a wildcard where the policy allows it
 * @param tags cache tags each of which, by itself, clears all of the patterns and unnameable URLs, with what is known of the
 *     other pages that it clears besides; one may be taken instead of the patterns where the distribution reads tags. Without
 *     patterns and unnameable URLs, all of the tags are to be cleared
 * @param pageTags cache tags each of which clears some of the patterns and unnameable URLs, those of one page
 */
public record Wanted(
        Set<UrlPattern> patterns,
        Set<UnnameableUrl> unnameable,
        Map<CdnTag, Set<UrlPattern>> tags,
        List<TagOption> pageTags) {

    /** Copies the collections. */
    public Wanted {
        patterns = Set.copyOf(Objects.requireNonNull(patterns, "patterns"));
        unnameable = Set.copyOf(Objects.requireNonNull(unnameable, "unnameable"));
        tags = Objects.requireNonNull(tags, "tags").entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> Set.copyOf(each.getValue())));
        pageTags = List.copyOf(Objects.requireNonNull(pageTags, "pageTags"));
    }

    /**
     * Wants patterns and unnameable URLs cleared, whose pages have no tags of their own.
     *
     * @param patterns the URL patterns
     * @param unnameable URLs that no path can name
     * @param tags the tags that stand for all of them and clear nothing else
     */
    public Wanted(Set<UrlPattern> patterns, Set<UnnameableUrl> unnameable, Set<CdnTag> tags) {
        this(patterns, unnameable, alone(tags), List.of());
    }

    /**
     * Wants patterns cleared, or one of the tags that stand for them.
     *
     * @param patterns the URL patterns
     * @param tags the tags, which clear nothing else
     */
    public Wanted(Set<UrlPattern> patterns, Set<CdnTag> tags) {
        this(patterns, Set.of(), alone(tags), List.of());
    }

    private static Map<CdnTag, Set<UrlPattern>> alone(Set<CdnTag> tags) {
        return Objects.requireNonNull(tags, "tags").stream().collect(Collectors.toMap(tag -> tag, tag -> Set.of()));
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

    /**
     * Tells whether a tag may be sent for what is wanted.
     *
     * @param tag the tag; its case does not matter, as to CloudFront
     * @return whether it is one of the tags, or of a page
     */
    public boolean mayBeClearedBy(CdnTag tag) {
        Objects.requireNonNull(tag, "tag");
        return Stream.concat(tags.keySet().stream(), pageTags.stream().map(TagOption::tag))
                .anyMatch(each -> each.tag().equalsIgnoreCase(tag.tag()));
    }

    boolean isOfTagsAlone() {
        return patterns.isEmpty() && unnameable.isEmpty();
    }
}
