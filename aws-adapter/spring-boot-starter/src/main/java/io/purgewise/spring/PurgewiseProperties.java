package io.purgewise.spring;

import io.purgewise.cdn.DistributionId;
import io.purgewise.site.BuildId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Holds the settings under {@code purgewise.}; the service does not start if one is wrong.
 *
 * @param enabled whether Purgewise is configured at all
 * @param distributions the CloudFront distributions in front of the site, by their IDs
 * @param tagTable OpenNext's DynamoDB table of tags
 * @param buildId the site's build, set by its deploy
 * @param outbox where changes wait
 * @param health when the service calls itself unhealthy
 */
@ConfigurationProperties("purgewise")
record PurgewiseProperties(
        @DefaultValue("true") boolean enabled,
        List<DistributionId> distributions,
        String tagTable,
        BuildId buildId,
        @DefaultValue Outbox outbox,
        @DefaultValue Health health) {

    /** Names where changes wait. */
    enum OutboxType {
        /** In the memory of this process: what waits is lost with it. */
        MEMORY,
        /** In Purgewise's own DynamoDB table, shared by all instances. */
        DYNAMODB
    }

    /**
     * Says where changes wait, and for how long.
     *
     * @param type in memory, which is lost with the process, or in DynamoDB
     * @param table Purgewise's own DynamoDB table, for the type "dynamodb"
     * @param name tells the outboxes of one table from each other
     * @param quietWindow changes that follow each other within this time are cleared in one plan
     * @param maxDelay how long a change may wait for others; five times the quiet window by default
     * @param patience how long one batch is tried before the drainer starts anew
     * @param shutdownLimit how long a shutdown waits for what is not cleared yet
     */
    record Outbox(
            @DefaultValue("memory") OutboxType type,
            @Nullable String table,
            @DefaultValue("site") String name,
            @DefaultValue("2s") Duration quietWindow,
            @Nullable Duration maxDelay,
            @DefaultValue("15m") Duration patience,
            @DefaultValue("20s") Duration shutdownLimit) {

        Outbox {
            require(
                    type == OutboxType.MEMORY || (table != null && !table.isBlank()),
                    "outbox.table must be set, since purgewise.outbox.type is dynamodb");
            require(!quietWindow.isNegative(), "outbox.quiet-window must not be negative, but was " + quietWindow);
            maxDelay = maxDelay == null ? quietWindow.multipliedBy(5) : maxDelay;
            require(
                    maxDelay.compareTo(quietWindow) >= 0,
                    "outbox.max-delay must not be shorter than the quiet window, " + quietWindow + ", but was "
                            + maxDelay);
            require(!name.isBlank(), "outbox.name must not be empty");
            require(
                    !shutdownLimit.isNegative(),
                    "outbox.shutdown-limit must not be negative, but was " + shutdownLimit);
        }
    }

    /**
     * Says when the service calls itself unhealthy.
     *
     * @param maxAge how long a change may wait before that
     */
    record Health(@DefaultValue("5m") Duration maxAge) {

        Health {
            require(!maxAge.isNegative() && !maxAge.isZero(), "health.max-age must be positive, but was " + maxAge);
        }
    }

    PurgewiseProperties {
        require(buildId != null, "build-id must be set");
        require(
                distributions != null && !distributions.isEmpty(),
                "distributions must name at least one CloudFront distribution");
        require(tagTable != null && !tagTable.isBlank(), "tag-table must be set to the name of OpenNext's table");
        distributions = List.copyOf(distributions);
    }

    static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("purgewise." + message);
        }
    }
}
