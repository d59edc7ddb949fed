package io.purgewise.cache;

import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.site.BuildId;
import io.purgewise.site.Site;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the rows that stand for a tag in original mode, wherever builds and servers have put them. */
final class RowLookup {

    private final TagCache cache;
    private final TagCacheMode mode;
    private final Site site;

    RowLookup(TagCache cache, TagCacheMode mode, Site site) {
        this.cache = cache;
        this.mode = mode;
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
        if (build.equals(site.cacheBuildId()) && !site.nextBuildId().equals(build)) {
            String seeded = site.nextBuildId() + "/";
            Map<String, List<TagRow>> seeds = read(site.nextBuildId(), tags);
            for (String tag : tags) {
                for (TagRow row : seeds.getOrDefault(mode.tagKey(site.nextBuildId(), tag), List.of())) {
                    if (row.path().startsWith(seeded)) {
                        String path = TableKey.ofPath(build, row.path().substring(seeded.length()));
                        rows.add(TagRow.registered(mode.tagKey(build, tag), path));
                    }
                }
            }
        }
        return rows;
    }

    /** Reads some rows of a tag under the build's own ID, or else those that a build seeded. */
    List<TagRow> someRowsOfTag(BuildId build, String tag, int limit) {
        List<TagRow> rows = cache.rowsOfTag(mode.tagKey(build, tag), limit);
        BuildId seeded = site.nextBuildId();
        if (!rows.isEmpty() || !build.equals(site.cacheBuildId()) || seeded.equals(build)) {
            return rows;
        }
        String prefix = seeded + "/";
        return cache.rowsOfTag(mode.tagKey(seeded, tag), limit).stream()
                .filter(row -> row.path().startsWith(prefix))
                .map(row -> TagRow.registered(
                        mode.tagKey(build, tag),
                        TableKey.ofPath(build, row.path().substring(prefix.length()))))
                .toList();
    }

    private Map<String, List<TagRow>> read(BuildId build, Collection<String> tags) {
        Set<String> keys = new LinkedHashSet<>();
        tags.forEach(tag -> keys.add(mode.tagKey(build, tag)));
        return cache.rowsOfTags(keys);
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
