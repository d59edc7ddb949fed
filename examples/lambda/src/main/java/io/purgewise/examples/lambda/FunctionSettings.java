package io.purgewise.examples.lambda;

import io.purgewise.cdn.DistributionId;
import io.purgewise.site.BuildId;
import java.util.Map;

/**
 * Holds what the function's environment variables say.
 *
 * @param buildId {@code BUILD_ID}: the site's build, set by its deploy
 * @param tagTable {@code TAG_TABLE}: OpenNext's table
 * @param purgewiseTable {@code PURGEWISE_TABLE}: Purgewise's own table
 * @param distribution {@code DISTRIBUTION_ID}: the site's CloudFront distribution
 */
record FunctionSettings(BuildId buildId, String tagTable, String purgewiseTable, DistributionId distribution) {

    /**
     * Reads the settings.
     *
     * @throws IllegalArgumentException if a variable is missing or malformed; the function then fails at its start
     */
    static FunctionSettings of(Map<String, String> environment) {
        return new FunctionSettings(
                BuildId.of(variable(environment, "BUILD_ID")),
                variable(environment, "TAG_TABLE"),
                variable(environment, "PURGEWISE_TABLE"),
                DistributionId.of(variable(environment, "DISTRIBUTION_ID")));
    }

    private static String variable(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("set the environment variable " + name);
        }
        return value;
    }
}
