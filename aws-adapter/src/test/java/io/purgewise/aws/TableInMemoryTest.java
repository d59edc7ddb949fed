package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.UsageLedger;
import io.purgewise.outbox.Outbox;
import io.purgewise.testkit.OutboxContract;
import io.purgewise.testkit.UsageLedgerContract;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The table that simulations use does what DynamoDB does, as far as the outbox and the ledger can tell. */
class TableInMemoryTest {

    private static final PurgewiseTable TABLE = new PurgewiseTable("purgewise");

    @Nested
    class UnderAnOutbox extends OutboxContract {

        private final TableInMemory table = new TableInMemory();

        @Override
        protected Outbox connect() {
            return DynamoOutbox.of(table, TABLE, "site", clock, clock::advance);
        }
    }

    @Nested
    class UnderALedger extends UsageLedgerContract {

        private final TableInMemory table = new TableInMemory();

        @Override
        protected UsageLedger connect() {
            return new DynamoUsageLedger(table, TABLE, "123456789012", duration -> Thread.onSpinWait());
        }
    }

    @Test
    void whatItDoesNotUnderstandItRefuses() {
        TableInMemory table = new TableInMemory();
        assertThatThrownBy(() -> table.updateItem(update -> update.key(Rows.key("a", "b"))
                        .updateExpression("SET x = if_not_exists(x, :one)")
                        .expressionAttributeValues(Map.of(":one", Rows.number(1)))))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> table.putItem(put -> put.item(Rows.key("a", "b"))
                        .conditionExpression("size(x) > :one")
                        .expressionAttributeValues(Map.of(":one", Rows.number(1)))))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
