package io.purgewise.examples.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.aws.DynamoOutbox;
import io.purgewise.aws.DynamoTagCache;
import io.purgewise.aws.PurgewiseAws;
import io.purgewise.aws.PurgewiseTable;
import io.purgewise.cache.BuildIds;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.examples.LocalAws;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RevalidationHandlerTest {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final LocalAws aws = LocalAws.start();
    private final RevalidationHandler handler = sandbox();

    @BeforeEach
    void twoPagesChange() {
        aws.edit("/products/7", "/gallery");
    }

    @AfterEach
    void stopAws() {
        aws.close();
    }

    @Test
    void messagesAreClearedWhenTheHandlerReturnsAndABadOneIsReported() throws InterruptedException {
        Invocation invocation = new Invocation(aws.clock(), TIMEOUT);

        SQSBatchResponse response =
                handler.handleRequest(event("tag:product:7", "product 7 has a new price", "path:/gallery"), invocation);

        assertThat(response.getBatchItemFailures())
                .extracting(BatchItemFailure::getItemIdentifier)
                .containsExactly("message-1");
        assertThat(invocation.log()).isEqualTo("""
                accepted message-0: [tag:product:7]
                failed message-1: change must be tag:NAME, path:/P, new-path:/P, route:/R, layout:/R, page:ROUTER:/P or everything, but was "product 7 has a new price"
                accepted message-2: [path:/gallery]
                everything is cleared
                """);
        aws.pause().waitFor(Duration.ofSeconds(5));
        assertThat(aws.read("/products/7")).isEqualTo("/products/7 version 2");
        assertThat(aws.read("/gallery")).isEqualTo("/gallery version 2");
        assertThat(aws.account().meter().totalPaths()).isEqualTo(4);
    }

    @Test
    void anInvocationWithoutTimeLeavesTheRestToTheNext() throws InterruptedException {
        Invocation hurried = new Invocation(aws.clock(), Duration.ofSeconds(14));
        assertThat(handler.handleRequest(event("tag:product:7"), hurried).getBatchItemFailures())
                .isEmpty();
        assertThat(hurried.log()).endsWith("not everything is cleared, the next invocation goes on\n");
        assertThat(aws.account().meter().totalPaths()).isZero();

        // The sandbox is gone; another one is asked by the schedule.
        Invocation next = new Invocation(aws.clock(), TIMEOUT);
        sandbox().handleRequest(event(), next);

        assertThat(next.log()).isEqualTo("everything is cleared\n");
        aws.pause().waitFor(Duration.ofSeconds(5));
        assertThat(aws.read("/products/7")).isEqualTo("/products/7 version 2");
    }

    @Test
    void aBusyCdnCostsNoMoreThanTheTimeThereIsAndNoChange() throws InterruptedException {
        aws.account().failBy(call -> call == CdnCall.SUBMIT ? Fault.TOO_MANY : Fault.NONE);
        Invocation busy = new Invocation(aws.clock(), TIMEOUT);

        assertThat(handler.handleRequest(event("tag:product:7"), busy).getBatchItemFailures())
                .isEmpty();

        assertThat(busy.getRemainingTimeInMillis()).isPositive();
        assertThat(busy.log()).contains("not everything is cleared, the next invocation goes on");
        aws.account().failBy(call -> Fault.NONE);
        handler.handleRequest(event(), new Invocation(aws.clock(), TIMEOUT));
        aws.pause().waitFor(Duration.ofSeconds(5));
        assertThat(aws.read("/products/7")).isEqualTo("/products/7 version 2");
        assertThat(aws.account().meter().totalPaths()).isEqualTo(2);
    }

    /** The queue delivers at least once, and a message that came twice was paid twice. */
    @Test
    void aMessageThatIsDeliveredTwiceIsPaidOnce() {
        handler.handleRequest(event("tag:product:7"), new Invocation(aws.clock(), TIMEOUT));
        handler.handleRequest(event("tag:product:7"), new Invocation(aws.clock(), TIMEOUT));

        assertThat(aws.account().meter().totalPaths()).isEqualTo(2);
    }

    @Test
    void whatAMessageHoldsStaysOnItsLineOfTheLog() {
        Invocation invocation = new Invocation(aws.clock(), TIMEOUT);

        SQSBatchResponse response =
                handler.handleRequest(event("product\u001b[2J\u2028accepted message-9"), invocation);

        assertThat(response.getBatchItemFailures()).hasSize(1);
        assertThat(invocation.log().lines()).hasSize(2);
        assertThat(invocation.log()).startsWith("failed message-0: ").doesNotContain("\u001b", "\u2028");
    }

    @Test
    void aMessageHoldsAHundredChangesAtMost() {
        String body = "path:/gallery\n".repeat(101);
        Invocation invocation = new Invocation(aws.clock(), TIMEOUT);

        assertThat(handler.handleRequest(event(body), invocation).getBatchItemFailures())
                .hasSize(1);
        assertThat(invocation.log()).startsWith("failed message-0: a message may hold at most 100 changes\n");
    }

    @Test
    void theFunctionRunsOnWhatThePublicFrontDoorSupplies() throws InterruptedException {
        try (LocalAws real = LocalAws.startOnRealTime();
                PurgewiseAws purgewise = PurgewiseAws.builder()
                        .clients(real.dynamoDb(), real.s3(), real.cloudFront())
                        .table(LocalAws.TAG_TABLE)
                        .bucket(LocalAws.BUCKET)
                        .distribution(LocalAws.DISTRIBUTION)
                        .build()) {
            real.edit("/products/7");
            new PurgewiseTable("purgewise").create(real.dynamoDb());
            Invocation invocation = new Invocation(real.clock(), TIMEOUT);

            new RevalidationHandler(purgewise, "purgewise").handleRequest(event("tag:product:7"), invocation);

            assertThat(invocation.log()).endsWith("everything is cleared\n");
            assertThat(real.read("/products/7")).isEqualTo("/products/7 version 2");
        }
    }

    private RevalidationHandler sandbox() {
        return new RevalidationHandler(outbox(aws));
    }

    static OutboxDrainer outbox(LocalAws aws) {
        PurgewiseTable table = new PurgewiseTable("purgewise");
        table.create(aws.dynamoDb());
        Ambient ambient = new Ambient(aws.clock(), aws.pause(), new Random(7));
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(new CloudFrontCdn(aws.cloudFront()), ambient)
                .build();
        Revalidator revalidator = Revalidator.builder(
                        aws.site(),
                        Clearing.builder(submitter, LocalAws.DISTRIBUTION).build())
                .tagCache(DynamoTagCache.builder(aws.dynamoDb(), LocalAws.TAG_TABLE)
                        .build())
                .buildIds(BuildIds.fixed(aws.site().cacheBuildId()))
                .build();
        return OutboxDrainer.builder(
                        DynamoOutbox.of(aws.dynamoDb(), table, "site", aws.clock(), aws.pause()), revalidator)
                .build();
    }

    private static SQSEvent event(String... bodies) {
        List<SQSMessage> messages = new ArrayList<>();
        for (String body : bodies) {
            SQSMessage message = new SQSMessage();
            message.setMessageId("message-" + messages.size());
            message.setBody(body);
            messages.add(message);
        }
        SQSEvent event = new SQSEvent();
        event.setRecords(messages);
        return event;
    }
}
