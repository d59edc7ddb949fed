package io.purgewise.aws;

import io.purgewise.cdn.DistributionId;
import io.purgewise.outbox.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Keeps an outbox's dead letters, one for each change and lane, for 90 days. Thread-safe. */
final class DeadLetterRows {

    private static final String REASON = "reason";
    private static final String DIED_AT = "diedAt";
    private static final String REPEATABLE = "repeatable";
    private static final Duration LIFETIME = Duration.ofDays(90);
    private static final int LONGEST_REASON = 4_000;
    private static final int MOST_LISTED = 10_000;

    private final OutboxRows rows;
    private final InstantSource clock;

    DeadLetterRows(OutboxRows rows, InstantSource clock) {
        this.rows = rows;
        this.clock = clock;
    }

    void keep(Collection<DeadLetter> letters, Runnable signOfLife) {
        Map<Map<String, AttributeValue>, Map<String, AttributeValue>> byKey = new LinkedHashMap<>();
        for (DeadLetter letter : letters) {
            byKey.put(key(letter), row(letter));
        }
        rows.writer.put(byKey.values(), signOfLife);
    }

    private Map<String, AttributeValue> key(DeadLetter letter) {
        // A change may be longer than a sort key, so a digest of it tells letters apart.
        UUID digest = UUID.nameUUIDFromBytes(letter.change().getBytes(StandardCharsets.UTF_8));
        return Rows.key(rows.deadLetters(), letter.lane() + "#" + digest);
    }

    private Map<String, AttributeValue> row(DeadLetter letter) {
        String reason = letter.reason();
        Map<String, AttributeValue> row = new HashMap<>(key(letter));
        row.put(PurgewiseTable.CHANGE, Rows.string(letter.change()));
        row.put(REASON, Rows.string(reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON)));
        row.put(DIED_AT, Rows.number(letter.diedAt().toEpochMilli()));
        row.put(REPEATABLE, AttributeValue.fromBool(letter.repeatable()));
        row.put(
                PurgewiseTable.EXPIRES_AT,
                Rows.number(letter.diedAt().plus(LIFETIME).getEpochSecond()));
        return row;
    }

    /** Moves a row that cannot be read out of the others' way, as it is, and says so in a dead letter. */
    DeadLetter move(DistributionId lane, Map<String, AttributeValue> row, Exception why) {
        Instant now = clock.instant();
        String sortKey = Rows.text(row, PurgewiseTable.SORT_KEY);
        LaneLog.unreadable(lane, sortKey, why);
        Map<String, AttributeValue> moved = new HashMap<>(row);
        moved.putAll(Rows.key(rows.unreadable(), lane + "#" + sortKey));
        moved.put(PurgewiseTable.EXPIRES_AT, Rows.number(now.plus(LIFETIME).getEpochSecond()));
        String reason = "unreadable: " + why.getMessage() + "; the row lies under pk " + rows.unreadable() + ", sk "
                + Rows.text(moved, PurgewiseTable.SORT_KEY);
        DeadLetter letter = new DeadLetter(lane, sortKey, reason, now, false);
        rows.writer.put(List.of(moved, row(letter)));
        rows.writer.delete(List.of(Rows.key(row)));
        return letter;
    }

    List<DeadLetter> all() {
        List<DeadLetter> letters = new ArrayList<>();
        for (Map<String, AttributeValue> row : rows.lazily(rows.deadLetters())) {
            if (letters.size() == MOST_LISTED) {
                break;
            }
            letters.add(letter(row));
        }
        return letters;
    }

    private static DeadLetter letter(Map<String, AttributeValue> row) {
        String sortKey = Rows.text(row, PurgewiseTable.SORT_KEY);
        DistributionId lane = DistributionId.parse(sortKey.substring(0, Math.max(sortKey.indexOf('#'), 0)));
        AttributeValue repeatable = row.getOrDefault(REPEATABLE, AttributeValue.fromBool(false));
        return new DeadLetter(
                lane,
                Rows.text(row, PurgewiseTable.CHANGE),
                Rows.text(row, REASON),
                Instant.ofEpochMilli(Rows.count(row, DIED_AT)),
                Boolean.TRUE.equals(repeatable.bool()));
    }

    void remove(DeadLetter letter) {
        rows.writer.delete(List.of(key(letter)));
    }
}
