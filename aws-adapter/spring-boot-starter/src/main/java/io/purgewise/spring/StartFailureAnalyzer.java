package io.purgewise.spring;

import io.purgewise.PurgewiseException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/** Says in words why a service does not start that lacks a setting, or whose site cannot be reached as it is set. */
final class StartFailureAnalyzer implements FailureAnalyzer {

    StartFailureAnalyzer() {}

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof MissingSettingException missing) {
                return new FailureAnalysis(
                        "Purgewise cannot be configured. " + missing.getMessage(),
                        "Do that, or set purgewise.enabled to false where there is no site, as in a test.",
                        cause);
            }
            if (cause instanceof PurgewiseException) {
                return new FailureAnalysis(
                        "Purgewise cannot work with the site as it is set. " + cause.getMessage(),
                        "Compare the properties below purgewise with the deployed site. The tool's command \"purgewise doctor\" "
                                + "looks at table, bucket, build, distribution and permissions, and writes nothing.",
                        cause);
            }
        }
        return null;
    }
}
