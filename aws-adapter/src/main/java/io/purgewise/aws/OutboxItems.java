package io.purgewise.aws;

import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.EntryKey;
import io.purgewise.cdn.OutboxEntry;
import io.purgewise.site.CdnTag;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Writes entries as items of the table, and reads them back; each item stays well below DynamoDB's 400 KB. */
final class OutboxItems {

    static final String SETTLE = "settle";
    static final String CLEARS = "clears";
    static final String CONTENT = "content";
    static final String REASON = "reason";

    /** Characters of one item; spellings are ASCII, so these are bytes. */
    static final int MAX_CHARACTERS = 300_000;

    /** An ID of 128 characters, less {@code .part} and a number. */
    private static final int LONGEST_ID_OF_PARTS = 110;

    private OutboxItems() {}

    static AttributeValue string(String value) {
        return AttributeValue.fromS(value);
    }

    static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    static String text(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        if (value == null || value.s() == null) {
            throw new IllegalArgumentException("the item has no text " + name);
        }
        return value.s();
    }

    static long count(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        if (value == null || value.n() == null) {
            throw new IllegalArgumentException("the item has no number " + name);
        }
        return Long.parseLong(value.n());
    }

    static Map<String, AttributeValue> key(String partition, String sort) {
        return Map.of(PurgewiseTable.PARTITION_KEY, string(partition), PurgewiseTable.SORT_KEY, string(sort));
    }

    static String sortKey(EntryKey key) {
        return String.format(Locale.ROOT, "%015d#%s", key.acceptedAt().toEpochMilli(), key.id());
    }

    static EntryKey entryKey(String sortKey) {
        int hash = sortKey.indexOf('#');
        return new EntryKey(
                Instant.ofEpochMilli(Long.parseLong(sortKey.substring(0, hash))), sortKey.substring(hash + 1));
    }

    /** Writes an entry as one item, or as several that each are an entry of their own. */
    static List<Map<String, AttributeValue>> entry(String partition, OutboxEntry entry) {
        List<String> parts = parts(entry.spellings());
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            String id = parts.size() == 1 ? entry.id() : partId(entry.id(), i);
            Map<String, AttributeValue> item =
                    new LinkedHashMap<>(key(partition, sortKey(new EntryKey(entry.acceptedAt(), id))));
            // Rounded up: clearing a moment too early could bring the old page back.
            item.put(SETTLE, number(entry.settle().plusNanos(999_999).toMillis()));
            item.put(CLEARS, string(parts.get(i)));
            items.add(item);
        }
        return items;
    }

    /** Names a part of an entry; a long ID is shortened to leave room, and stays apart from others by its digest. */
    private static String partId(String id, int part) {
        String whole = id.length() <= LONGEST_ID_OF_PARTS
                ? id
                : id.substring(0, LONGEST_ID_OF_PARTS - 33) + "-"
                        + CallerReference.derive(DistributionId.of("part"), List.of(), id)
                                .value()
                                .substring(3, 35);
        return whole + ".part" + part;
    }

    static OutboxEntry entry(Map<String, AttributeValue> item) {
        EntryKey key = entryKey(text(item, PurgewiseTable.SORT_KEY));
        Set<UrlPattern> patterns = new HashSet<>();
        Set<CdnTag> tags = new HashSet<>();
        for (String line : text(item, CLEARS).split("\n", -1)) {
            if (line.startsWith("#")) {
                tags.add(new CdnTag(line.substring(1)));
            } else {
                patterns.add(UrlPattern.parse(line));
            }
        }
        Instant settled = key.acceptedAt().plus(Duration.ofMillis(count(item, SETTLE)));
        return new OutboxEntry(key.id(), key.acceptedAt(), settled, patterns, tags);
    }

    /** Puts lines into texts of which each fits in an item. */
    static List<String> parts(Iterable<String> lines) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (String line : lines) {
            if (part.length() > 0 && part.length() + line.length() + 1 > MAX_CHARACTERS) {
                parts.add(part.toString());
                part.setLength(0);
            }
            part.append(part.length() == 0 ? "" : "\n").append(line);
        }
        parts.add(part.toString());
        return parts;
    }
}
