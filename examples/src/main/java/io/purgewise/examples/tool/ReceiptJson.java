package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.cache.WriteReport;
import io.purgewise.plan.Cost;
import io.purgewise.plan.InvalidationPlan;
import io.purgewise.revalidate.Preview;
import io.purgewise.revalidate.Problem;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Receipt.Submission;
import java.util.List;
import java.util.Optional;

/** Writes a receipt as JSON. */
final class ReceiptJson {

    private ReceiptJson() {}

    static ObjectNode of(Receipt receipt) {
        return of(receipt.changes(), receipt.plan(), receipt.submissions(), receipt.problems());
    }

    static ObjectNode of(Preview preview) {
        return of(preview.changes(), preview.plan(), List.of(), preview.problems());
    }

    private static ObjectNode of(
            List<Receipt.OfChange> done,
            Optional<InvalidationPlan> planned,
            List<Submission> submissions,
            List<Problem> problems) {
        ObjectNode json = JsonLines.JSON.createObjectNode();
        ArrayNode changes = json.putArray("changes");
        done.forEach(change -> changes.add(change(change)));
        planned.ifPresentOrElse(plan -> json.set("plan", plan(plan)), () -> json.putNull("plan"));
        ArrayNode batches = json.putArray("batches");
        submissions.forEach(submission -> addBatches(batches, submission));
        json.set("problems", problems(problems));
        json.put("done", problems.isEmpty());
        return json;
    }

    private static ObjectNode change(Receipt.OfChange change) {
        ObjectNode json = JsonLines.JSON.createObjectNode();
        json.put("change", change.change().toString());
        ObjectNode marks = json.putObject("marks");
        marks.put("written", change.marks().count(WriteReport.Outcome.WRITTEN));
        marks.put("planned", change.marks().count(WriteReport.Outcome.PLANNED));
        marks.put("newer", change.marks().count(WriteReport.Outcome.NEWER));
        marks.put("failed", change.marks().count(WriteReport.Outcome.FAILED));
        ArrayNode notes = json.putArray("notes");
        change.notes().forEach(notes::add);
        ArrayNode pages = json.putArray("pages");
        change.pages().forEach(page -> {
            ObjectNode node = pages.addObject();
            node.put("router", page.router().name()).put("path", page.path());
            if (page.locale() != null) {
                node.put("locale", page.locale());
            }
        });
        ArrayNode patterns = json.putArray("patterns");
        change.patterns().forEach(pattern -> patterns.add(pattern.toString()));
        ArrayNode widened = json.putArray("widened");
        change.unnameable()
                .forEach(wide -> widened.addObject()
                        .put("url", wide.url())
                        .put("by", wide.narrowestWildcard().toString()));
        ArrayNode rendered = json.putArray("rendered");
        change.renderings()
                .forEach(rendering -> rendered.addObject()
                        .put("url", rendering.url())
                        .put("outcome", rendering.outcome().name())
                        .put("detail", rendering.detail()));
        json.set("problems", problems(change.problems()));
        return json;
    }

    static ObjectNode plan(InvalidationPlan plan) {
        ObjectNode json = JsonLines.JSON.createObjectNode();
        ArrayNode items = json.putArray("items");
        plan.items().forEach(item -> items.add(item.spelling()));
        Cost cost = plan.cost();
        json.put("cost", cost.objective());
        json.put("money", cost.money());
        json.put("wildcards", cost.wildcards());
        json.put("collateral", cost.collateral());
        return json;
    }

    private static void addBatches(ArrayNode batches, Submission submission) {
        String distribution = submission.distribution().toString();
        submission
                .cleared()
                .accepted()
                .forEach(invalidation -> batches.addObject()
                        .put("distribution", distribution)
                        .put("id", invalidation.id())
                        .put("callerReference", invalidation.callerReference().value())
                        .put("paths", invalidation.quantity())
                        .put("state", invalidation.status().spelling()));
        submission
                .cleared()
                .open()
                .forEach(batch -> batches.addObject()
                        .put("distribution", distribution)
                        .putNull("id")
                        .put("callerReference", batch.reference().value())
                        .put("paths", batch.quantity())
                        .put("state", "NotSubmitted"));
    }

    private static ArrayNode problems(List<Problem> problems) {
        ArrayNode json = JsonLines.JSON.createArrayNode();
        problems.forEach(problem -> json.addObject()
                .put("kind", problem.kind().name())
                .put("subject", problem.subject())
                .put("reason", problem.message())
                .put("repeatable", problem.repeatable()));
        return json;
    }
}
