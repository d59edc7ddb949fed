package io.purgewise.revalidate;

/**
 * Says what was not done for a change, and why.
 *
 * @param subject what it is about: a page, a tag, a row, a batch
 * @param reason why it was not done, and what to do next
 */
public record Problem(String subject, String reason) {

    /** Returns subject and reason in one line. */
    @Override
    public String toString() {
        return subject + ": " + reason;
    }
}
