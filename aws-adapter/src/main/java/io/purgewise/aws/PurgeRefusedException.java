package io.purgewise.aws;

import io.purgewise.PurgewiseException;
import io.purgewise.cache.CacheKey;

/** Reports that an entry was not deleted, since its page would be lost for good; nothing was changed. */
public final class PurgeRefusedException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    PurgeRefusedException(CacheKey key, String why) {
        super("entry " + key + " was not deleted: " + why + "; revalidate the page instead");
    }
}
