package io.purgewise.aws;

import io.purgewise.cdn.DistributionId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the variables by which OpenNext's own servers find a site's caches (OpenNext 3 and 4). */
record SiteEnvironment(Map<String, String> variables) {

    static final String TABLE = "CACHE_DYNAMO_TABLE";
    static final String BUCKET = "CACHE_BUCKET_NAME";
    static final String KEY_PREFIX = "CACHE_BUCKET_KEY_PREFIX";
    static final String BUCKET_REGION = "CACHE_BUCKET_REGION";
    static final String DISTRIBUTION = "CLOUDFRONT_DISTRIBUTION_ID";

    Optional<String> table() {
        return value(TABLE);
    }

    Optional<String> bucket() {
        return value(BUCKET);
    }

    Optional<String> keyPrefix() {
        return value(KEY_PREFIX);
    }

    Optional<String> bucketRegion() {
        return value(BUCKET_REGION);
    }

    List<DistributionId> distributions() {
        return value(DISTRIBUTION).stream()
                .flatMap(ids -> Arrays.stream(ids.split(",")))
                .map(id -> DistributionId.parse(id.strip()))
                .toList();
    }

    /** Emulators are reached by IP address or localhost, where a bucket cannot be part of the host name. */
    boolean namesAnS3Endpoint() {
        return value("AWS_ENDPOINT_URL_S3").isPresent()
                || value("AWS_ENDPOINT_URL").isPresent();
    }

    private Optional<String> value(String variable) {
        return Optional.ofNullable(variables.get(variable)).filter(value -> !value.isBlank());
    }
}
