package io.purgewise.spring;

import io.purgewise.cache.TagCacheMode;
import io.purgewise.cdn.DistributionId;
import io.purgewise.site.BuildId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Holds the settings under {@code purgewise.}; the service does not start if one is wrong.
 *
 * @param enabled whether Purgewise is configured at all
 * @param distributions the CloudFront distributions in front of the site, by their IDs
 * @param tagTable OpenNext's DynamoDB table of tags, CACHE_DYNAMO_TABLE of its servers
 * @param mode which tag cache the site's servers read: original or next_mode
 * @param bucket OpenNext's cache bucket, CACHE_BUCKET_NAME of its servers
 * @param bucketPrefix where in the bucket pages are kept, CACHE_BUCKET_KEY_PREFIX of its servers
 * @param bucketRegion the bucket's region, if it is not the service's own
 * @param basePath basePath of next.config; empty or starting with a slash
 * @param buildId fixes the site's build; by default the build ID is followed that each deploy leaves in the bucket
 * @param pageTags whether the site tags its pages for the CDN
 * @param outbox where changes wait
 * @param health when the service calls itself unhealthy
 */
@ConfigurationProperties("purgewise")
record PurgewiseProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue List<DistributionId> distributions,
        @Nullable String tagTable,
        @DefaultValue("original") TagCacheMode mode,
        @Nullable String bucket,
        @DefaultValue("_cache") String bucketPrefix,
        @Nullable String bucketRegion,
        @DefaultValue("") String basePath,
        @Nullable BuildId buildId,
        @DefaultValue PageTags pageTags,
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
     * Says whether the site tags each page for the CDN, by the rules that "purgewise page-tags" prints.
     *
     * @param header the header in these rules; by default the site sends no page tags
     * @param since from when on every cached object carries its tag: when everything was cleared after the rules were deployed
     */
    record PageTags(@Nullable String header, @Nullable Instant since) {

        PageTags {
            require(
                    (header == null) == (since == null),
                    "page-tags.header and purgewise.page-tags.since must be set together, but were " + header + " and "
                            + since);
        }
    }

    /**
     * Says where changes wait, and for how long.
     *
     * @param type in memory, which is lost with the process, or in DynamoDB
     * @param table Purgewise's own DynamoDB table, for the type "dynamodb"
     * @param name tells the outboxes of one table from each other
     * @param quietWindow changes that follow each other within this time are cleared in one plan
     * @param maxDelay how long a change may wait for others; five times the quiet window by default
     * @param shutdownLimit how long a shutdown waits for what is not cleared yet
     */
    record Outbox(
            @DefaultValue("memory") OutboxType type,
            @Nullable String table,
            @DefaultValue("site") String name,
            @DefaultValue("2s") Duration quietWindow,
            @Nullable Duration maxDelay,
            @DefaultValue("20s") Duration shutdownLimit) {

        Outbox {
            require(
                    type == OutboxType.MEMORY || (table != null && !table.isBlank()),
                    "outbox.table must be set, since purgewise.outbox.type is dynamodb");
            require(!quietWindow.isNegative(), "outbox.quiet-window must not be negative, but was " + quietWindow);
            require(
                    maxDelay == null || maxDelay.compareTo(quietWindow) >= 0,
                    "outbox.max-delay must not be shorter than the quiet window, " + quietWindow + ", but was "
                            + maxDelay);
            require(!name.isBlank(), "outbox.name must not be empty");
            require(
                    !shutdownLimit.isNegative(),
                    "outbox.shutdown-limit must not be negative, but was " + shutdownLimit);
        }

        Duration longestDelay() {
            return maxDelay == null ? quietWindow.multipliedBy(5) : maxDelay;
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
        distributions = List.copyOf(distributions);
    }

    /** Returns the value of a property that must be set. */
    static String required(@Nullable String value, String property, String meaning) {
        if (value == null || value.isBlank()) {
            throw new MissingSettingException(
                    "purgewise." + property + " is not set", "set it to the name of " + meaning);
        }
        return value;
    }

    static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("purgewise." + message);
        }
    }
}
