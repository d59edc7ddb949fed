package io.purgewise.testkit;

/** Says what CloudFront does with a caller reference that it knows already. */
public enum CallerReferenceMemory {
    /**
     * The API reference's way: the same paths give the first invalidation back, other paths are refused with
     * {@code InvalidationBatchAlreadyExists} (InvalidationBatch, CloudFront API Reference).
     */
    DOCUMENTED,
    /**
     * The way that users have seen: any batch is refused with {@code InvalidArgument} and "a caller reference that was used
     * for a previous invalidation batch" (aws/aws-cdk#3878).
     */
    OBSERVED
}
