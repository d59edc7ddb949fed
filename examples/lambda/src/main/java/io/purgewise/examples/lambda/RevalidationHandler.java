package io.purgewise.examples.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import io.purgewise.PurgewiseException;
import io.purgewise.aws.PurgewiseAws;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Takes changes from an SQS queue, marks them, and clears the CDN before it returns. It leaves no work to a thread of its own:
 * what a function leaves running is frozen with its sandbox.
 *
 * <p>A message holds one change a line, {@code tag:NAME} or {@code path:/P}, a hundred at most. A message that is not
 * accepted whole is reported as failed ({@code ReportBatchItemFailures} must be on), so that the queue delivers it again. One that is accepted is in the
 * DynamoDB outbox and safe, even if the time of this invocation runs out or CloudFront is busy: the next invocation goes on
 * with it. Let a schedule send {@code {"Records": []}} every minute, so that there is a next one.
 *
 * <p>Give the function a timeout of a minute. An invocation takes two seconds at least, until the marks count. Any number of
 * instances may run at the same time; they share the outbox.
 */
public final class RevalidationHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {

    /** What is kept of an invocation's time for a call that is under way, and for the answer. */
    private static final Duration RESERVE = Duration.ofSeconds(15);

    private static final int MOST_CHANGES = 100;

    private final OutboxDrainer outbox;

    /** Connects to AWS as the environment says; Lambda calls it once for each sandbox. */
    public RevalidationHandler() {
        this(
                PurgewiseAws.fromEnvironment(),
                Objects.requireNonNull(System.getenv("PURGEWISE_TABLE"), "set PURGEWISE_TABLE"));
    }

    RevalidationHandler(PurgewiseAws purgewise, String table) {
        this(OutboxDrainer.builder(purgewise.outbox(table, "site"), purgewise.revalidator())
                .build());
    }

    RevalidationHandler(OutboxDrainer outbox) {
        this.outbox = outbox;
    }

    /** Accepts the messages, then clears what waits as long as there is time. */
    @Override
    public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
        try {
            List<BatchItemFailure> failures = new ArrayList<>();
            for (SQSMessage message : event.getRecords()) {
                if (!accept(message, context)) {
                    failures.add(new BatchItemFailure(message.getMessageId()));
                }
            }
            flush(context);
            return new SQSBatchResponse(failures);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted; the queue delivers the messages again", e);
        }
    }

    private boolean accept(SQSMessage message, Context context) {
        try {
            List<Change> changes = message.getBody()
                    .lines()
                    .limit(MOST_CHANGES + 1)
                    .map(Change::parse)
                    .toList();
            if (changes.size() > MOST_CHANGES) {
                throw new IllegalArgumentException("a message may hold at most " + MOST_CHANGES + " changes");
            }
            outbox.acceptOnce(message.getMessageId(), changes);
            log(context, "accepted " + message.getMessageId() + ": " + changes);
            return true;
        } catch (IllegalArgumentException | PurgewiseException e) {
            // Accepting it once more does no harm; in the end the queue moves it to its dead letters.
            log(context, "failed " + message.getMessageId() + ": " + e.getMessage());
            return false;
        }
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

    /** Writes one line; what a message holds neither starts another nor speaks to a terminal. */
    private static void log(Context context, String line) {
        context.getLogger().log(line.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?") + "\n");
    }
}
