package io.purgewise.examples.lambda;

import io.purgewise.cdn.DistributionId;
import java.util.Map;

/**
 * Holds what the function's environment variables say.
 *
 * @param bucket {@code CACHE_BUCKET_NAME}: OpenNext's bucket, in which each deploy leaves its build ID
 * @param tagTable {@code CACHE_DYNAMO_TABLE}: OpenNext's table
 * @param purgewiseTable {@code PURGEWISE_TABLE}: Purgewise's own table
 * @param distribution {@code CLOUDFRONT_DISTRIBUTION_ID}: the site's CloudFront distribution
 */
record FunctionSettings(String bucket, String tagTable, String purgewiseTable, DistributionId distribution) {

    /**
     * Reads the settings.
     *
     * @throws IllegalArgumentException if a variable is missing or malformed; the function then fails at its start
     */
    static FunctionSettings of(Map<String, String> environment) {
        return new FunctionSettings(
                variable(environment, "CACHE_BUCKET_NAME"),
                variable(environment, "CACHE_DYNAMO_TABLE"),
                variable(environment, "PURGEWISE_TABLE"),
                DistributionId.of(variable(environment, "CLOUDFRONT_DISTRIBUTION_ID")));
    }

    private static String variable(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("set the environment variable " + name);
        }
        return value;
    }
}
