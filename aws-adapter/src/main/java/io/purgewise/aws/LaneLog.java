package io.purgewise.aws;

import io.purgewise.cdn.DistributionId;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Logs what an outbox in a table had to put right. */
final class LaneLog {

    private static final System.Logger LOG = System.getLogger("io.purgewise.aws.DynamoOutbox");

    private LaneLog() {}

    static void damagedLease(DistributionId lane, Map<String, AttributeValue> row) {
        LOG.log(
                System.Logger.Level.ERROR,
                "the lease of lane {0} is damaged and is repaired."
                        + " Does anything but Purgewise write to the table? The row was {1}",
                lane,
                row);
    }

    static void unreadable(DistributionId lane, String what, Exception why) {
        LOG.log(
                System.Logger.Level.ERROR,
                "a row of the lane of " + lane + " cannot be read and is moved to the dead letters: " + what,
                why);
    }
}
