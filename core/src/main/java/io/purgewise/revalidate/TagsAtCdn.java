package io.purgewise.revalidate;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.TagIndex;
import io.purgewise.site.BuildId;
import io.purgewise.site.CdnTag;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Knows by which of the CDN's cache tags the pages of a changed tag may be cleared, and which pages that clears too. The site
 * may write several tags of the app as one, and CloudFront ignores their case. Belongs to one call; not thread-safe.
 */
final class TagsAtCdn {

    private final @Nullable Function<CacheTag, CdnTag> spelling;
    private final LiveIndexes indexes;
    private final Map<BuildId, Map<String, Set<String>>> byCdnTag = new HashMap<>();

    TagsAtCdn(@Nullable Function<CacheTag, CdnTag> spelling, LiveIndexes indexes) {
        this.spelling = spelling;
        this.indexes = indexes;
    }

    /**
     * Finds the CDN's tag for a tag of the app; nothing if the site sends none, or if a page may carry it without the CDN knowing.
     *
     * @param notes takes why there is none
     */
    Optional<CdnTag> of(CacheTag tag, List<BuildId> builds, List<String> notes) {
        if (spelling == null) {
            return Optional.empty();
        }
        if (tag.spellings(null).size() > 1 || tag.pieces().size() != 1) {
            notes.add("the caches may hold " + tag
                    + " in another spelling than the app's, so its pages are cleared by path");
            return Optional.empty();
        }
        for (BuildId build : builds) {
            TagIndex index = indexes.of(build);
            for (CacheKey key : index.pagesOf(tag)) {
                if (index.tagsOf(key).size() > CdnTag.MAX_TAGS_OF_AN_OBJECT) {
                    notes.add(key + " has " + index.tagsOf(key).size() + " tags, of which CloudFront reads "
                            + CdnTag.MAX_TAGS_OF_AN_OBJECT + ", so the pages of " + tag + " are cleared by path");
                    return Optional.empty();
                }
            }
        }
        return Optional.of(spelling.apply(tag));
    }

    /** Finds the pages of a build that carry a tag of the CDN, as far as its tag index knows. */
    Set<CacheKey> carriers(BuildId build, CdnTag tag) {
        TagIndex index = indexes.of(build);
        Set<CacheKey> carriers = new LinkedHashSet<>();
        byCdnTag.computeIfAbsent(build, any -> spelled(index))
                .getOrDefault(folded(tag), Set.of())
                .forEach(each -> carriers.addAll(index.pagesOf(CacheTag.of(each))));
        return carriers;
    }

    private Map<String, Set<String>> spelled(TagIndex index) {
        Map<String, Set<String>> spelled = new HashMap<>();
        for (String tag : index.tags()) {
            atCdn(tag)
                    .ifPresent(each -> spelled.computeIfAbsent(folded(each), any -> new HashSet<>(2))
                            .add(tag));
        }
        return spelled;
    }

    /** Spells a stored tag; one that no app can write, or that CloudFront would not take, is none. */
    private Optional<CdnTag> atCdn(String tag) {
        if (spelling == null
                || tag.startsWith(PathTags.PREFIX)
                || tag.isEmpty()
                || tag.length() > CacheTag.MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            return Optional.of(spelling.apply(CacheTag.of(tag)));
        } catch (IllegalArgumentException unfit) {
            return Optional.empty();
        }
    }

    private static String folded(CdnTag tag) {
        return tag.tag().toLowerCase(Locale.ROOT);
    }
}
