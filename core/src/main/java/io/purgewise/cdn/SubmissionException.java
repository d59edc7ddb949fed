package io.purgewise.cdn;

import io.purgewise.PurgewiseException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reports that a batch could not be submitted: the patience ran out, the thread was interrupted, or the CDN refuses for good.
 *
 * <p>Submitting the same batches again, with the same references, is safe at any time.
 */
public final class SubmissionException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    /** What was done before the failure. */
    private final transient BatchResult done;

    /** What was not done, or whose outcome is not known. */
    private final transient List<InvalidationBatch> open;

    /** Whether trying again later can help. */
    private final boolean retryable;

    SubmissionException(
            String message,
            BatchResult done,
            List<InvalidationBatch> open,
            boolean retryable,
            @Nullable Throwable cause) {
        super(message, cause);
        this.done = done;
        this.open = List.copyOf(open);
        this.retryable = retryable;
    }

    /**
     * Returns what was done before the failure.
     *
     * @return invalidations that were accepted, and items that the CDN refuses
     */
    public BatchResult done() {
        return done;
    }

    /**
     * Returns the batches that were not done, or of which it is not known.
     *
     * @return the batches to submit again
     */
    public List<InvalidationBatch> open() {
        return open;
    }

    /**
     * Tells whether the same call can succeed later without a change of rights or settings.
     *
     * @return whether trying again later can help
     */
    public boolean retryable() {
        return retryable;
    }

    /** Refuses to be serialised: what the exception carries would be lost, and read back as null. */
    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException(getClass().getName()
                + " carries batches and invalidations that cannot be serialised; send its message instead");
    }
}
