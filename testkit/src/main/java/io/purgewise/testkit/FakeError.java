package io.purgewise.testkit;

/** Is an error as CloudFront's XML says it, or a broken connection. */
final class FakeError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final int status;
    final String code;

    FakeError(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** Returns the error that stands for a connection without an answer. */
    static FakeError dropped() {
        return new FakeError(0, "", "the connection broke before an answer came");
    }

    static FakeError unavailable() {
        return new FakeError(503, "ServiceUnavailable", "CloudFront encountered an internal error. Please try again.");
    }

    static FakeError throttled() {
        return new FakeError(400, "Throttling", "Rate exceeded");
    }

    static FakeError tooMany() {
        return new FakeError(
                400,
                "TooManyInvalidationsInProgress",
                "Processing your request will cause you to exceed the maximum number of in-progress invalidations.");
    }

    /** Returns what users saw for a caller reference that was used before (aws/aws-cdk#3878). */
    static FakeError referenceUsed() {
        return new FakeError(
                400,
                "InvalidArgument",
                "Your request contains a caller reference that was used for a previous invalidation batch for the same"
                        + " distribution.");
    }

    /** Returns what AWS documents for a caller reference that was used with other paths. */
    static FakeError batchExists() {
        return new FakeError(
                400,
                "InvalidationBatchAlreadyExists",
                "The caller reference is already associated with another invalidation batch.");
    }

    static FakeError invalidPath() {
        return new FakeError(400, "InvalidArgument", "Your request contains one or more invalid invalidation paths.");
    }
}
