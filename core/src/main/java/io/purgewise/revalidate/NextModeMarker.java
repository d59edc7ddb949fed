package io.purgewise.revalidate;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Site;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Marks in a table of next mode: one row for each tag, which reaches everything that carries it. The table does not know
 * which pages these are, so a marking names the known pages alone.
 */
final class NextModeMarker extends TagMarker {

    NextModeMarker(TagCache cache, Site site, MarkPolicy policy) {
        super(cache, site, policy);
    }

    @Override
    TagCacheMode mode() {
        return TagCacheMode.NEXT_MODE;
    }

    @Override
    List<CacheKey> entriesOf(BuildId build, Page page) {
        return List.of();
    }

    @Override
    List<CacheKey> someEntries(BuildId build, int limit) {
        return List.of();
    }

    @Override
    Optional<Boolean> knows(BuildId build) {
        return Optional.empty();
    }

    /**
     * {@inheritDoc} A tag with a comma falls apart on pages, so the longest of its pieces is marked too: that reaches every
     * page that carries the tag.
     */
    @Override
    Marking mark(BuildId build, CacheTag tag, Collection<CacheKey> known, Supplier<Instant> now) {
        List<String> tags = new ArrayList<>(tag.spellings(version));
        tag.pieces().stream()
                .max(Comparator.comparingInt(piece -> piece.value().length()))
                .ifPresent(piece -> tags.addAll(piece.spellings(version)));
        return mark(build, tags, known, now);
    }

    @Override
    Marking mark(
            BuildId build, Page page, Collection<CacheKey> known, Collection<String> pathTags, Supplier<Instant> now) {
        List<String> tags = new ArrayList<>(PagePathTags.spellings(page, version));
        tags.addAll(pathTags);
        tags.addAll(PagePathTags.firstPieces(page));
        return mark(build, tags, known, now);
    }

    @Override
    Marking markRoute(BuildId build, List<String> tags, Collection<CacheKey> known, Supplier<Instant> now) {
        return mark(build, tags, known, now);
    }

    private Marking mark(BuildId build, List<String> tags, Collection<CacheKey> known, Supplier<Instant> now) {
        Marks marks = new Marks(cache, policy, build);
        for (String tag : tags) {
            String key = mode().tagKey(build, tag);
            marks.addData(new TagRow.Key(key, key));
        }
        known.forEach(marks::addPage);
        return marks.write(now);
    }
}
