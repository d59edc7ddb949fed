package io.purgewise.examples.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import io.purgewise.PurgewiseException;
import io.purgewise.aws.PurgewiseAws;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Change;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Takes changes from EventBridge instead of a queue: an event whose {@code detail} is
 * <code>{"changes": ["tag:product:7", "path:/gallery"]}</code>, a hundred changes at most.
 *
 * <p>An event comes alone, so its failure is that of the function: EventBridge invokes it asynchronously, and Lambda calls it twice
 * more with the same event, whose {@code id} is the key. Give the function a destination on failure, or a dead-letter queue, for what
 * fails for good. A schedule's event, which has no changes, makes the function go on with what waits.
 */
public final class EventBridgeHandler implements RequestHandler<Map<String, Object>, String> {

    /** What is kept of an invocation's time for a call that is under way, and for the answer. */
    private static final Duration RESERVE = Duration.ofSeconds(15);

    private static final int MOST_CHANGES = 100;

    private final OutboxDrainer outbox;

    /** Connects to AWS as the environment says; Lambda calls it once for each sandbox. */
    public EventBridgeHandler() {
        PurgewiseAws purgewise = PurgewiseAws.fromEnvironment();
        String table = Objects.requireNonNull(System.getenv("PURGEWISE_TABLE"), "set PURGEWISE_TABLE");
        outbox = OutboxDrainer.builder(purgewise.outbox(table, "site"), purgewise.revalidator())
                .build();
    }

    EventBridgeHandler(OutboxDrainer outbox) {
        this.outbox = outbox;
    }

    /**
     * Accepts the event's changes, then clears what waits as long as there is time.
     *
     * @return how many changes were accepted, for the log
     * @throws IllegalArgumentException if the event holds no changes of this site; it fails again, and ends where failures go
     * @throws io.purgewise.StoreAccessException if the outbox did not take them; Lambda calls again
     */
    @Override
    public String handleRequest(Map<String, Object> event, Context context) {
        List<Change> changes = changes(event);
        if (!changes.isEmpty()) {
            String id = String.valueOf(Objects.requireNonNull(event.get("id"), "the event has no id"));
            outbox.acceptOnce(id, changes);
            log(context, "accepted " + id + ": " + changes);
        }
        try {
            flush(context);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted; the changes are kept, and the next invocation goes on", e);
        }
        return "accepted " + changes.size() + " changes";
    }

    private static List<Change> changes(Map<String, Object> event) {
        if (!(event.get("detail") instanceof Map<?, ?> detail) || detail.get("changes") == null) {
            if ("aws.events".equals(event.get("source")) || "aws.scheduler".equals(event.get("source"))) {
                return List.of();
            }
            throw new IllegalArgumentException("the event's detail must hold changes");
        }
        if (!(detail.get("changes") instanceof List<?> texts) || texts.size() > MOST_CHANGES) {
            throw new IllegalArgumentException("changes must be a list of at most " + MOST_CHANGES + " texts");
        }
        return texts.stream().map(text -> Change.parse(String.valueOf(text))).toList();
    }

    private void flush(Context context) throws InterruptedException {
        Duration time = Duration.ofMillis(context.getRemainingTimeInMillis()).minus(RESERVE);
        try {
            boolean done = !time.isNegative() && outbox.flush(time);
            log(context, done ? "everything is cleared" : "not everything is cleared, the next invocation goes on");
        } catch (PurgewiseException e) {
            log(context, "not cleared, the next invocation tries again: " + e.getMessage());
        }
    }

    /** Writes one line; what an event holds neither starts another nor speaks to a terminal. */
    private static void log(Context context, String line) {
        context.getLogger().log(line.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?") + "\n");
    }
}
