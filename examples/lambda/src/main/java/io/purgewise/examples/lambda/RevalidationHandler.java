package io.purgewise.examples.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import io.purgewise.PurgewiseException;
import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.aws.DynamoOutbox;
import io.purgewise.aws.DynamoTagCache;
import io.purgewise.aws.PurgewiseTable;
import io.purgewise.aws.S3BuildId;
import io.purgewise.cache.BuildIds;
import io.purgewise.cache.DeployedBuilds;
import io.purgewise.cache.TagCache;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.Site;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Takes changes from an SQS queue, marks them, and clears the CDN before it returns. It starts no thread: what a function
 * leaves running is frozen with its sandbox.
 *
 * <p>A message holds one change a line, {@code tag:NAME} or {@code path:/P}, a hundred at most. A message that is not accepted whole is reported as
 * failed ({@code ReportBatchItemFailures} must be on), so that the queue delivers it again. One that is accepted is in the
 * DynamoDB outbox and safe, even if the time of this invocation runs out or CloudFront is busy: the next invocation goes on
 * with it. Let a schedule send {@code {"Records": []}} every minute, so that there is a next one.
 *
 * <p>Give the function a timeout of a minute. An invocation takes two seconds at least, until the marks count. Any number of
 * instances may run at the same time; they share the outbox.
 */
public final class RevalidationHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {

    /** What is kept of an invocation's time for a call that is under way, and for the answer. */
    private static final Duration RESERVE = Duration.ofSeconds(15);

    /** How long an answer about the deployed build holds, and how long servers of a replaced one may go on answering. */
    private static final Duration BUILD_LIFETIME = Duration.ofMinutes(1);

    private static final Duration DEPLOY_GRACE = Duration.ofMinutes(10);

    private static final int MOST_CHANGES = 100;

    private final OutboxDrainer outbox;

    /** Connects to AWS as the environment says; Lambda calls it once for each sandbox. */
    public RevalidationHandler() {
        this(FunctionSettings.of(System.getenv()));
    }

    private RevalidationHandler(FunctionSettings settings) {
        this(
                settings,
                DeployedBuilds.of(
                        S3BuildId.of(
                                S3Client.builder()
                                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                                        .build(),
                                settings.bucket(),
                                ""),
                        BUILD_LIFETIME,
                        DEPLOY_GRACE),
                DynamoDbClient.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build(),
                CloudFrontClient.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build(),
                new Ambient(InstantSource.system(), duration -> Thread.sleep(duration.toMillis()), new SecureRandom()));
    }

    RevalidationHandler(
            FunctionSettings settings,
            BuildIds buildIds,
            DynamoDbClient dynamoDb,
            CloudFrontClient cloudFront,
            Ambient ambient) {
        Site site =
                Site.builder(buildIds.at(ambient.clock().instant()).current()).build();
        TagCache table = DynamoTagCache.builder(dynamoDb, settings.tagTable()).build();
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(new CloudFrontCdn(cloudFront), ambient)
                .build();
        Revalidator revalidator = Revalidator.builder(
                        site,
                        Clearing.builder(submitter, settings.distribution()).build())
                .tagCache(table)
                .buildIds(buildIds)
                .build();
        outbox = OutboxDrainer.builder(
                        DynamoOutbox.of(
                                dynamoDb,
                                new PurgewiseTable(settings.purgewiseTable()),
                                "site",
                                ambient.clock(),
                                ambient.pause()),
                        revalidator)
                .build();
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
