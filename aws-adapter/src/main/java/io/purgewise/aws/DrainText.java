package io.purgewise.aws;

import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.Debt;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Drain;
import io.purgewise.cdn.EntryKey;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.site.InvalidationItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes drains and debts as texts, a line for each thing, of which each fits in an item; and reads them back. */
final class DrainText {

    private Instant writtenAt = Instant.EPOCH;
    private Instant oldest = Instant.EPOCH;
    private String id = "";
    private boolean tried;
    private final Set<DistributionId> distributions = new HashSet<>();
    private final Set<DistributionId> notAsked = new HashSet<>();
    private final List<EntryKey> entries = new ArrayList<>();
    private final List<CallerReference> repays = new ArrayList<>();
    private final List<InvalidationBatch> batches = new ArrayList<>();
    private String batch = "";
    private List<InvalidationItem> items = new ArrayList<>();

    private DrainText() {}

    static List<String> write(Drain drain) {
        List<String> lines = new ArrayList<>();
        lines.add("drain " + drain.writtenAt().toEpochMilli() + " "
                + drain.oldestAcceptedAt().toEpochMilli() + " " + drain.id());
        drain.distributions().forEach(each -> lines.add("site " + each));
        drain.notAsked().forEach(each -> lines.add("not-asked " + each));
        drain.entries().forEach(key -> lines.add("entry " + OutboxItems.sortKey(key)));
        drain.repays().forEach(reference -> lines.add("repays " + reference));
        addBatches(lines, drain.batches());
        return OutboxItems.parts(lines);
    }

    static List<String> write(Debt debt) {
        List<String> lines = new ArrayList<>();
        lines.add("debt " + debt.since().toEpochMilli() + " " + (debt.tried() ? "tried" : "new"));
        debt.served().forEach(each -> lines.add("site " + each));
        addBatches(lines, List.of(debt.owed()));
        return OutboxItems.parts(lines);
    }

    private static void addBatches(List<String> lines, Collection<InvalidationBatch> batches) {
        for (InvalidationBatch each : batches) {
            lines.add("batch " + each.distribution() + " " + each.reference());
            each.spellings().forEach(spelling -> lines.add("item " + spelling));
        }
    }

    static Drain read(List<String> parts) {
        DrainText text = parsed(parts);
        return new Drain(
                text.id,
                text.writtenAt,
                text.oldest,
                text.distributions,
                text.notAsked,
                text.entries,
                text.batches,
                text.repays);
    }

    static Debt readDebt(List<String> parts) {
        DrainText text = parsed(parts);
        return new Debt(text.batches.get(0), text.writtenAt, text.tried, text.distributions);
    }

    private static DrainText parsed(List<String> parts) {
        DrainText text = new DrainText();
        for (String line : String.join("\n", parts).split("\n", -1)) {
            String[] words = line.split(" ", 2);
            text.line(words[0], words[1]);
        }
        text.endBatch();
        return text;
    }

    private void line(String kind, String rest) {
        switch (kind) {
            case "drain" -> {
                String[] head = rest.split(" ", 3);
                writtenAt = Instant.ofEpochMilli(Long.parseLong(head[0]));
                oldest = Instant.ofEpochMilli(Long.parseLong(head[1]));
                id = head[2];
            }
            case "debt" -> {
                String[] head = rest.split(" ", 2);
                writtenAt = Instant.ofEpochMilli(Long.parseLong(head[0]));
                tried = head[1].equals("tried");
            }
            case "site" -> distributions.add(DistributionId.parse(rest));
            case "not-asked" -> notAsked.add(DistributionId.parse(rest));
            case "entry" -> entries.add(OutboxItems.entryKey(rest));
            case "repays" -> repays.add(new CallerReference(rest));
            case "batch" -> {
                endBatch();
                batch = rest;
            }
            case "item" -> items.add(InvalidationItem.parse(rest));
            default -> throw new IllegalArgumentException("no such line in a drain: " + kind + " " + rest);
        }
    }

    private void endBatch() {
        if (!batch.isEmpty()) {
            String[] words = batch.split(" ", 2);
            batches.add(new InvalidationBatch(DistributionId.parse(words[0]), items, new CallerReference(words[1])));
        }
        items = new ArrayList<>();
    }
}
