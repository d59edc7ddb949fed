package io.purgewise.testkit;

/** Names the calls of CloudFront that {@link FakeCloudFront} answers, and that a {@link FaultPlan} can spoil. */
public enum CdnCall {
    /** CreateInvalidation. */
    SUBMIT,
    /** GetInvalidation. */
    READ,
    /** ListInvalidations, once for each page. */
    LIST,
    /** GetDistributionConfig. */
    CONFIG
}
