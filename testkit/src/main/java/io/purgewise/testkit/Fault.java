package io.purgewise.testkit;

/** Says how a call to {@link FakeCloudFront} goes wrong. */
public enum Fault {
    /** The call is answered as it should be. */
    NONE,
    /** The connection breaks before the request is read: nothing is done, and no answer comes. */
    DROP_REQUEST,
    /** The request is carried out, and the connection breaks before the answer. */
    DROP_ANSWER,
    /** Nothing is done; HTTP 503 {@code ServiceUnavailable}. */
    UNAVAILABLE,
    /** The request is carried out, and the answer is HTTP 503 {@code ServiceUnavailable} all the same. */
    UNAVAILABLE_BUT_DONE,
    /** Nothing is done; HTTP 400 {@code Throttling}. */
    THROTTLED,
    /** Nothing is done; HTTP 400 {@code TooManyInvalidationsInProgress}, whatever is in progress. */
    TOO_MANY
}
