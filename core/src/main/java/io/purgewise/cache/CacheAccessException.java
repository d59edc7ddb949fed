package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.PurgewiseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reports that a cache could not be read or changed at all; marks that were written before stay written. */
public final class CacheAccessException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    /** The table, bucket or URL. */
    private final String resource;

    /** AWS's name for the failed request. */
    private final @Nullable String requestId;

    /**
     * Creates an exception.
     *
     * @param message what was tried on which resource, why it failed and what to do
     * @param resource the table, bucket or URL
     * @param requestId AWS's request ID, or null
     * @param cause the failure underneath
     */
    public CacheAccessException(String message, String resource, @Nullable String requestId, Throwable cause) {
        super(requireNonNull(message, "message"), requireNonNull(cause, "cause"));
        this.resource = requireNonNull(resource, "resource");
        this.requestId = requestId;
    }

    /** {@return the table, bucket or URL that could not be reached} */
    public String resource() {
        return resource;
    }

    /** {@return AWS's request ID; empty if no request got an answer} */
    public Optional<String> requestId() {
        return Optional.ofNullable(requestId);
    }
}
