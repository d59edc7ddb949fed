package io.purgewise.revalidate;

import io.purgewise.PurgewiseException;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says what was not done for a change, and why.
 *
 * @param kind what kind of failure it is, for code that acts on it
 * @param subject what it is about: a change, a page, a row, a batch
 * @param message why it was not done, and what to do next
 * @param repeatable whether the same call may succeed later without a change of the request, of rights or of settings; a
 *     repetition of a call is always safe
 */
public record Problem(Kind kind, String subject, String message, boolean repeatable) {

    /** Names the kinds of failure. */
    public enum Kind {
        /**
         * The path, or the build, is not there: neither the stored pages nor the tag table know it. Nothing was written or
         * paid for it.
         */
        NOT_FOUND,
        /** The change does not fit the site, such as a locale that it does not have or a name that no table key can hold. */
        INVALID,
        /**
         * The change was marked as far as it can be, but which pages it concerns is not known, so not all of them were
         * cleared at the CDN.
         */
        PAGES_UNKNOWN,
        /** A mark could not be written, or no mark reaches the page; a change whose marks failed is not cleared either. */
        NOT_MARKED,
        /** A page could not be rendered anew; it was marked and cleared, and its next visitor waits for it. */
        NOT_RENDERED,
        /** The CDN refused an invalidation, or it is not known whether it took it. */
        NOT_CLEARED,
        /** The CDN is busy, does not answer, or the budget defers: nothing is wrong with the request. */
        BUSY
    }

    public Problem {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(message, "message");
    }

    /**
     * Makes a problem of a failure that a port has thrown. It is repeatable, since what a cache or store refuses now may
     * work later.
     */
    static Problem of(Kind kind, String subject, Exception failure) {
        return new Problem(kind, subject, messageOf(failure), true);
    }

    /**
     * Quotes a failure. The type of one that is not Purgewise's own is named too, since its message alone may say
     * nothing.
     */
    static String messageOf(@Nullable Throwable failure) {
        if (failure == null) {
            return "unknown reason";
        }
        return failure instanceof PurgewiseException && failure.getMessage() != null
                ? failure.getMessage()
                : failure.toString();
    }

    /**
     * Chooses how loudly a failure is logged that stands in a receipt as well: a defect is logged as a warning with its
     * stack trace.
     */
    static Level levelOf(Exception failure) {
        return failure instanceof PurgewiseException ? Level.DEBUG : Level.WARNING;
    }

    /** Returns subject and message in one line. */
    @Override
    public String toString() {
        return subject + ": " + message;
    }
}
