package io.purgewise.plan;

import io.purgewise.PurgewiseException;

/** Reports that bytes given as a {@link UrlIndex} are none, are cut off or damaged; build the index anew. */
public final class CorruptUrlIndexException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    CorruptUrlIndexException(String what) {
        super("the bytes are no whole URL index: " + what + "; build the index anew from the site's URLs");
    }
}
