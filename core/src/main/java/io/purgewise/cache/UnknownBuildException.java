package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.PurgewiseException;
import io.purgewise.internal.Quoted;

/** Reports that what was found where a build ID should stand is not the build ID of the caches; nothing was changed. */
public final class UnknownBuildException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    /** What was found. */
    private final String found;

    /**
     * Creates an exception.
     *
     * @param found what stood where the build ID was looked for
     * @param why why it is no build ID of the caches, and what to do
     */
    public UnknownBuildException(String found, String why) {
        super("found " + Quoted.of(requireNonNull(found, "found")) + " as build ID: " + requireNonNull(why, "why"));
        this.found = found;
    }

    /** {@return the text that was found and is no build ID of the caches} */
    public String found() {
        return found;
    }
}
