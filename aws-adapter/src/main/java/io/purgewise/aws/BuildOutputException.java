package io.purgewise.aws;

import io.purgewise.PurgewiseException;

/** Reports that the output of a build is incomplete or not understood. */
public final class BuildOutputException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    BuildOutputException(String message, Throwable cause) {
        super(message, cause);
    }
}
