package io.purgewise.cache;

import io.purgewise.PurgewiseException;

/** Reports that a site cannot serve old entries while they are rendered anew; nothing was marked. */
public final class StaleNotServedException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param obstacle why the site cannot
     */
    StaleNotServedException(String obstacle) {
        super("entries cannot be served stale: " + obstacle
                + "; expire them instead, or use dynamodb-lite with Next.js 16");
    }
}
