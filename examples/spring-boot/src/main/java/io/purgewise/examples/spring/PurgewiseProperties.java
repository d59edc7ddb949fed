package io.purgewise.examples.spring;

import io.purgewise.cdn.DistributionId;
import io.purgewise.site.BuildId;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Holds the settings under {@code purgewise.}; the service does not start if one is wrong.
 *
 * @param buildId the site's build, set by its deploy
 * @param distribution the site's CloudFront distribution
 * @param tagTable OpenNext's table
 * @param table Purgewise's own table
 * @param webhookSecret what the CMS sends in {@code X-Webhook-Secret}; at least 16 characters
 * @param quietWindow changes that follow each other within this time are cleared in one plan
 * @param patience how long one batch is tried before the drainer starts anew
 * @param maxAge how long a change may wait before the service calls itself unhealthy
 * @param flushLimit how long a shutdown waits for what is not cleared yet
 */
@ConfigurationProperties("purgewise")
record PurgewiseProperties(
        BuildId buildId,
        DistributionId distribution,
        String tagTable,
        String table,
        String webhookSecret,
        @DefaultValue("2s") Duration quietWindow,
        @DefaultValue("15m") Duration patience,
        @DefaultValue("5m") Duration maxAge,
        @DefaultValue("20s") Duration flushLimit) {

    PurgewiseProperties {
        require(buildId != null, "purgewise.build-id must be set");
        require(distribution != null, "purgewise.distribution must be set");
        require(tagTable != null && !tagTable.isBlank(), "purgewise.tag-table must be set");
        require(table != null && !table.isBlank(), "purgewise.table must be set");
        require(
                webhookSecret != null && webhookSecret.length() >= 16,
                "purgewise.webhook-secret must have at least 16 characters");
        require(!flushLimit.isNegative(), "purgewise.flush-limit must not be negative, but was " + flushLimit);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Leaves out the secret. */
    @Override
    public String toString() {
        return "PurgewiseProperties[" + buildId + ", " + distribution + ", " + tagTable + ", " + table + "]";
    }
}
