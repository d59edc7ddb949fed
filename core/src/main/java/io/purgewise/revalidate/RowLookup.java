package io.purgewise.revalidate;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.StoredEntry;
import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.cache.TableKey;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import io.purgewise.site.BuildId;
import io.purgewise.site.Site;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the rows of a tag in original mode, whether a build or a server has written them. */
final class RowLookup {

    private final TagCache cache;
    private final Site site;

    RowLookup(TagCache cache, Site site) {
        this.cache = cache;
        this.site = site;
    }

    /** Reads the rows of a tag. */
    List<TagRow> rowsOfTag(BuildId build, String tag) {
        return rowsOfTags(build, List.of(tag));
    }

    /**
     * Reads the rows of several tags. Builds seed the table under the Next build ID even if servers read it under a
     * deployment ID (OpenNext 3.10.2 and newer); such rows are found as well and answered with the keys that servers read.
     */
    List<TagRow> rowsOfTags(BuildId build, Collection<String> tags) {
        List<TagRow> rows = new ArrayList<>();
        read(build, tags).values().forEach(rows::addAll);
        if (isSeededElsewhere(build)) {
            Map<String, List<TagRow>> seeds = read(site.nextBuildId(), tags);
            for (String tag : tags) {
                rows.addAll(asServersRead(
                        build, tag, seeds.getOrDefault(TableKey.ofTag(site.nextBuildId(), tag), List.of())));
            }
        }
        return rows;
    }

    /** Reads some rows of a tag under the build's own ID, or else those that a build seeded. */
    List<TagRow> someRowsOfTag(BuildId build, String tag, int limit) {
        List<TagRow> rows = cache.rowsOfTag(TableKey.ofTag(build, tag), limit);
        return rows.isEmpty() && isSeededElsewhere(build)
                ? asServersRead(build, tag, cache.rowsOfTag(TableKey.ofTag(site.nextBuildId(), tag), limit))
                : rows;
    }

    private boolean isSeededElsewhere(BuildId build) {
        return build.equals(site.cacheBuildId()) && !build.equals(site.nextBuildId());
    }

    private List<TagRow> asServersRead(BuildId build, String tag, List<TagRow> seeds) {
        String key = TableKey.ofTag(build, tag);
        return seeds.stream()
                .map(row -> TableKey.nameIn(site.nextBuildId(), row.path()))
                .flatMap(Optional::stream)
                .map(name -> TagRow.registered(key, TableKey.ofPath(build, name)))
                .toList();
    }

    private Map<String, List<TagRow>> read(BuildId build, Collection<String> tags) {
        Set<String> keys = new LinkedHashSet<>();
        tags.forEach(tag -> keys.add(TableKey.ofTag(build, tag)));
        return cache.rowsOfTags(keys);
    }

    /** Reads the tags of entries, by the rows of each. */
    static Map<CacheKey, List<String>> tagsOf(TagCache cache, BuildId build, Collection<CacheKey> keys) {
        Map<CacheKey, String> paths = new LinkedHashMap<>();
        keys.forEach(key -> paths.put(key, TableKey.ofPath(build, key.value())));
        Map<String, List<TagRow>> rows = cache.rowsOfPaths(paths.values());
        Map<CacheKey, List<String>> tags = new LinkedHashMap<>();
        paths.forEach((key, path) -> tags.put(
                key,
                rows.getOrDefault(path, List.of()).stream()
                        .map(row -> TableKey.nameIn(build, row.tag()))
                        .flatMap(Optional::stream)
                        .toList()));
        return tags;
    }

    /** Reads the rows of the pages that carry each of several tags, one list for each tag. */
    List<List<TagRow>> rowsWithAll(BuildId build, List<CacheTag> pieces) {
        List<Map<String, TagRow>> byPiece = new ArrayList<>();
        for (CacheTag piece : pieces) {
            Map<String, TagRow> rows = new LinkedHashMap<>();
            for (String spelling : piece.spellings(site.nextVersion().orElse(null))) {
                for (TagRow row : rowsOfTag(build, spelling)) {
                    if (StoredEntry.ofTablePath(build, row.path()) instanceof PageEntry) {
                        rows.put(row.path(), row);
                    }
                }
            }
            byPiece.add(rows);
        }
        List<List<TagRow>> common = new ArrayList<>();
        for (Map<String, TagRow> rows : byPiece) {
            byPiece.forEach(others -> rows.keySet().retainAll(others.keySet()));
            common.add(List.copyOf(rows.values()));
        }
        return common;
    }
}
