package io.purgewise.aws;

import io.purgewise.PurgewiseException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reports that a stored index, or a list of URLs that an index is built from, cannot be read or written. */
public final class IndexFileException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    /** The file, or the bucket and key. */
    private final String place;

    /**
     * Creates an exception.
     *
     * @param place the file, or the bucket and key
     * @param what what is wrong and what to do
     * @param cause the failure underneath, or null
     */
    public IndexFileException(String place, String what, @Nullable Throwable cause) {
        super(Objects.requireNonNull(place, "place") + ": " + Objects.requireNonNull(what, "what"), cause);
        this.place = place;
    }

    /**
     * Returns where the index stands.
     *
     * @return the file, or the bucket and key
     */
    public String place() {
        return place;
    }
}
