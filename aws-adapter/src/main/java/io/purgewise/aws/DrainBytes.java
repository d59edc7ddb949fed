package io.purgewise.aws;

import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxEntry;
import io.purgewise.revalidate.Change;
import io.purgewise.site.InvalidationItem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Writes drains as bytes, and reads them back: compressed, since DynamoDB takes 1,000 kilobytes a second for a partition, and a
 * plan of 700,000 URLs is 50 MB of text that shrinks to a tenth.
 */
final class DrainBytes {

    private DrainBytes() {}

    static byte[] write(Outbox.Drain drain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(bytes, 1 << 16))) {
            out.writeInt(PurgewiseTable.CURRENT_VERSION);
            out.writeUTF(drain.id());
            out.writeUTF(drain.lane().toString());
            out.writeLong(drain.writtenAt().toEpochMilli());
            out.writeInt(drain.entries().size());
            for (OutboxEntry entry : drain.entries()) {
                out.writeUTF(entry.key().value());
                out.writeUTF(entry.change().toString());
                out.writeLong(entry.acceptedAt().toEpochMilli());
            }
            out.writeInt(drain.batches().size());
            for (InvalidationBatch batch : drain.batches()) {
                out.writeUTF(batch.reference().value());
                out.writeInt(batch.items().size());
                for (InvalidationItem item : batch.items()) {
                    out.writeUTF(item.spelling());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a drain.
     *
     * @throws IllegalArgumentException if the bytes are no drain of this version
     */
    static Outbox.Drain read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(bytes), 1 << 16))) {
            int version = in.readInt();
            if (version != PurgewiseTable.CURRENT_VERSION) {
                throw new IllegalArgumentException("the drain is of version " + version
                        + ", and this Purgewise reads version " + PurgewiseTable.CURRENT_VERSION);
            }
            String id = in.readUTF();
            DistributionId lane = DistributionId.parse(in.readUTF());
            Instant writtenAt = Instant.ofEpochMilli(in.readLong());
            List<OutboxEntry> entries = new ArrayList<>();
            for (int i = in.readInt(); i > 0; i--) {
                OutboxEntry.Key key = new OutboxEntry.Key(in.readUTF());
                Change change = Change.parse(in.readUTF());
                entries.add(new OutboxEntry(key, change, Instant.ofEpochMilli(in.readLong())));
            }
            List<InvalidationBatch> batches = new ArrayList<>();
            for (int i = in.readInt(); i > 0; i--) {
                batches.add(batch(in, lane));
            }
            if (in.read() != -1) {
                throw new IllegalArgumentException("the drain has bytes beyond its end");
            }
            return new Outbox.Drain(id, lane, writtenAt, entries, batches);
        } catch (IOException e) {
            throw new IllegalArgumentException("the drain's bytes are damaged: " + e.getMessage(), e);
        }
    }

    private static InvalidationBatch batch(DataInputStream in, DistributionId lane) throws IOException {
        CallerReference reference = new CallerReference(in.readUTF());
        List<InvalidationItem> items = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            items.add(InvalidationItem.parse(in.readUTF()));
        }
        return new InvalidationBatch(lane, items, reference);
    }
}
