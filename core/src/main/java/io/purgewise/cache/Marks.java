package io.purgewise.cache;

import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.site.BuildId;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the rows of one change, each once, and the pages behind them. This class is not thread-safe. */
final class Marks {

    private final TagCache cache;
    private final TagCacheMode mode;
    private final MarkPolicy policy;
    private final BuildId build;
    private final Instant now;
    private final Map<String, TagRow> rows = new LinkedHashMap<>();
    private final Set<CacheKey> pages = new LinkedHashSet<>();
    private final Set<CacheKey> reached = new LinkedHashSet<>();
    private int fetches;

    Marks(TagCache cache, TagCacheMode mode, MarkPolicy policy, BuildId build, Instant now) {
        this.cache = cache;
        this.mode = mode;
        this.policy = policy;
        this.build = build;
        this.now = now;
    }

    /** Lists the pages that the change names, as far as they were found by now. */
    List<CacheKey> pages() {
        return List.copyOf(pages);
    }

    void addAll(Collection<TagRow> found) {
        found.forEach(this::add);
    }

    void add(TagRow row) {
        put(row.tag(), row.path(), pages);
    }

    void addReached(TagRow row) {
        put(row.tag(), row.path(), reached);
    }

    void addBlind(String key, String tag) {
        put(mode.tagKey(build, tag), TableKey.ofPath(build, key), pages);
    }

    /** Adds a row that stands for no stored page: servers look it up by its path. */
    void addUnseen(String path, String tag) {
        put(mode.tagKey(build, tag), TableKey.ofPath(build, path), new LinkedHashSet<>());
    }

    void addNextMode(String tag) {
        String key = mode.tagKey(build, tag);
        put(key, key, pages);
    }

    void touch(CacheKey key) {
        pages.add(key);
    }

    private void put(String tag, String path, Set<CacheKey> into) {
        if (rows.putIfAbsent(tag + "\n" + path, policy.row(tag, path, now)) != null) {
            return;
        }
        StoredEntry entry = StoredEntry.ofTablePath(build, path);
        if (entry instanceof PageEntry page) {
            into.add(page.key());
        } else if (entry instanceof StoredEntry.FetchEntry) {
            fetches++;
        }
    }

    Marking write() {
        reached.removeAll(pages);
        return new Marking(
                cache.write(rows.values()), List.copyOf(pages), List.copyOf(reached), fetches, policy.notes());
    }
}
