package io.purgewise.aws;

import io.purgewise.cdn.CallerReference;
import io.purgewise.outbox.DeadLetter;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.Outbox.OpenDrain;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Writes drains down and removes them. A drain is written part by part under its own ID, and becomes its lane's open drain by one
 * update of the lease row, so all of it is there or nothing. It ends in the other order: entries first, then the mark, so that a
 * half-closed drain is closed again and its entries are never planned again. Thread-safe.
 */
final class LaneDrains {

    private static final String OPEN_DRAIN = "openDrain";
    private static final String PARTS = "parts";
    private static final String CONTENT = "content";
    private static final String ACCEPTED = "accepted#";
    private static final String MAY_OPEN = LaneLease.IS_MINE + " AND attribute_not_exists(openDrain)";
    private static final String MAY_CLOSE = LaneLease.IS_MINE + " AND openDrain = :drain";

    /** A row has at most 400 KB. */
    private static final int BYTES_OF_A_PART = 350_000;

    private static final Duration LIFETIME = Duration.ofDays(400);

    private final OutboxRows rows;
    private final DeadLetterRows deadLetters;
    private final InstantSource clock;

    LaneDrains(OutboxRows rows, DeadLetterRows deadLetters, InstantSource clock) {
        this.rows = rows;
        this.deadLetters = deadLetters;
        this.clock = clock;
    }

    Optional<OpenDrain> find(LaneLease leases, Outbox.Lease lease) {
        Map<String, AttributeValue> leaseRow = leases.readMine(lease);
        AttributeValue id = leaseRow.get(OPEN_DRAIN);
        if (id == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(Rows.text(leaseRow, OPEN_DRAIN), Rows.count(leaseRow, PARTS)));
        } catch (IllegalArgumentException e) {
            giveUp(leases, lease, id, e);
            return Optional.empty();
        }
    }

    private OpenDrain read(String id, long expectedParts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        Set<CallerReference> accepted = new HashSet<>();
        int parts = 0;
        for (Map<String, AttributeValue> row : rows.all(rows.drain(id))) {
            String sortKey = Rows.text(row, PurgewiseTable.SORT_KEY);
            if (sortKey.startsWith(ACCEPTED)) {
                accepted.add(new CallerReference(sortKey.substring(ACCEPTED.length())));
            } else if (row.containsKey(CONTENT) && row.get(CONTENT).b() != null) {
                content.writeBytes(row.get(CONTENT).b().asByteArrayUnsafe());
                parts++;
            }
        }
        if (parts != expectedParts) {
            throw new IllegalArgumentException("drain " + id + " has " + parts + " parts of " + expectedParts);
        }
        return new OpenDrain(DrainBytes.read(content.toByteArray()), accepted);
    }

    /** Lets a lane go on whose drain cannot be read: its entries are planned anew, since a stale page is worse than a path paid twice. */
    private void giveUp(LaneLease leases, Outbox.Lease lease, AttributeValue id, IllegalArgumentException why) {
        // Whoever has taken the lease over meanwhile may have closed the drain and removed its parts.
        leases.renew(lease);
        String name = String.valueOf(id.s());
        LaneLog.unreadable(lease.lane(), "drain " + name, why);
        String reason = "unreadable: " + why.getMessage()
                + "; its changes are planned anew, and what was sent of it may be paid"
                + " again. Its rows are under pk " + rows.drain(name);
        DeadLetter letter = new DeadLetter(lease.lane(), "drain " + name, reason, clock.instant(), false);
        deadLetters.keep(List.of(letter), () -> {});
        leases.update(
                "REMOVE openDrain, parts",
                MAY_CLOSE,
                Map.of(":fence", Rows.number(lease.token()), ":drain", id),
                () -> true);
    }

    void open(LaneLease leases, Outbox.Lease lease, Outbox.Drain drain) {
        leases.renew(lease);
        List<Map<String, AttributeValue>> parts = parts(drain);
        rows.writer.put(parts, () -> leases.renew(lease));
        boolean opened = leases.update(
                "SET openDrain = :drain, parts = :parts, beat = beat + :one, takeovers = :zero",
                MAY_OPEN,
                Map.of(
                        ":fence", Rows.number(lease.token()),
                        ":drain", Rows.string(drain.id()),
                        ":parts", Rows.number(parts.size()),
                        ":one", Rows.number(1),
                        ":zero", Rows.number(0)),
                () -> isOpen(leases, lease, drain));
        if (!opened) {
            rows.delete(parts.stream().map(Rows::key).toList(), () -> {});
            throw new IllegalStateException(
                    "drain " + leases.readMine(lease).get(OPEN_DRAIN) + " is open; finish it first");
        }
    }

    private List<Map<String, AttributeValue>> parts(Outbox.Drain drain) {
        byte[] content = DrainBytes.write(drain);
        List<Map<String, AttributeValue>> parts = new ArrayList<>();
        for (int from = 0; from < content.length; from += BYTES_OF_A_PART) {
            int length = Math.min(BYTES_OF_A_PART, content.length - from);
            Map<String, AttributeValue> part =
                    row(drain, String.format(Locale.ROOT, "part#%06d", from / BYTES_OF_A_PART));
            part.put(
                    CONTENT,
                    AttributeValue.fromB(SdkBytes.fromByteArray(Arrays.copyOfRange(content, from, from + length))));
            parts.add(part);
        }
        return parts;
    }

    private Map<String, AttributeValue> row(Outbox.Drain drain, String sortKey) {
        Map<String, AttributeValue> row = new HashMap<>(Rows.key(rows.drain(drain.id()), sortKey));
        row.put(
                PurgewiseTable.EXPIRES_AT,
                Rows.number(clock.instant().plus(LIFETIME).getEpochSecond()));
        return row;
    }

    private static boolean isOpen(LaneLease leases, Outbox.Lease lease, Outbox.Drain drain) {
        AttributeValue open = leases.readMine(lease).get(OPEN_DRAIN);
        return open != null && drain.id().equals(open.s());
    }

    void accepted(Outbox.Drain drain, CallerReference batch) {
        Map<String, AttributeValue> row = row(drain, ACCEPTED + batch.value());
        TableErrors.calling(
                "noting an accepted batch in table",
                rows.table,
                () -> rows.client.putItem(put -> put.tableName(rows.table).item(row)));
    }

    void close(LaneLease leases, Outbox.Lease lease, Outbox.Drain drain, Collection<DeadLetter> letters) {
        leases.renew(lease);
        if (!isOpen(leases, lease, drain)) {
            return;
        }
        Runnable signOfLife = () -> leases.renew(lease);
        deadLetters.keep(letters, signOfLife);
        String lane = rows.lane(lease.lane());
        rows.delete(
                drain.entries().stream()
                        .map(entry -> Rows.key(lane, EntryRows.sortKey(entry)))
                        .toList(),
                signOfLife);
        leases.update(
                "REMOVE openDrain, parts SET takeovers = :zero",
                MAY_CLOSE,
                Map.of(
                        ":fence", Rows.number(lease.token()),
                        ":drain", Rows.string(drain.id()),
                        ":zero", Rows.number(0)),
                () -> !isOpen(leases, lease, drain));
        rows.delete(rows.all(rows.drain(drain.id())).stream().map(Rows::key).toList(), signOfLife);
    }
}
