package io.purgewise.examples.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.examples.LocalAws;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventBridgeHandlerTest {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Map<String, Object> SAVED =
            Map.of("id", "17793124-05d4-b198-2fde-7ededc63b103", "detail", Map.of("changes", List.of("tag:product:7")));

    private final LocalAws aws = LocalAws.start();
    private final EventBridgeHandler handler = new EventBridgeHandler(RevalidationHandlerTest.outbox(aws));

    @AfterEach
    void stopAws() {
        aws.close();
    }

    /** On the system's time, by which DynamoDB Local removes keys that have expired. */
    @Test
    void anEventThatIsDeliveredTwiceIsClearedAndPaidOnce() {
        try (LocalAws real = LocalAws.startOnRealTime()) {
            real.edit("/products/7");
            EventBridgeHandler function = new EventBridgeHandler(RevalidationHandlerTest.outbox(real));

            assertThat(function.handleRequest(SAVED, new Invocation(real.clock(), TIMEOUT)))
                    .isEqualTo("accepted 1 changes");
            function.handleRequest(SAVED, new Invocation(real.clock(), TIMEOUT));

            assertThat(real.read("/products/7")).isEqualTo("/products/7 version 2");
            assertThat(real.account().meter().totalPaths()).isEqualTo(2);
        }
    }

    @Test
    void aSchedulesEventGoesOnWithWhatWaits() {
        aws.edit("/products/7");
        handler.handleRequest(SAVED, new Invocation(aws.clock(), Duration.ofSeconds(14)));
        assertThat(aws.account().meter().totalPaths()).isZero();

        handler.handleRequest(
                Map.of("id", "1", "source", "aws.events", "detail", Map.of()), new Invocation(aws.clock(), TIMEOUT));

        assertThat(aws.account().meter().totalPaths()).isEqualTo(2);
    }

    @Test
    void anEventWithoutChangesFailsSoThatItEndsWhereFailuresGo() {
        List<Map<String, Object>> wrong = List.of(
                Map.of("id", "1", "source", "shop"),
                Map.of("id", "1", "detail", Map.of("changes", "tag:product:7")),
                Map.of("id", "1", "detail", Map.of("changes", List.of("product 7"))),
                Map.of("id", "1", "detail", Map.of("changes", Collections.nCopies(101, "path:/gallery"))));
        for (Map<String, Object> event : wrong) {
            assertThatThrownBy(() -> handler.handleRequest(event, new Invocation(aws.clock(), TIMEOUT)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(aws.account().meter().totalPaths()).isZero();
    }
}
