package io.purgewise.testkit;

import io.purgewise.plan.InvalidationPlan;
import io.purgewise.revalidate.Receipt;
import java.util.Objects;

/**
 * Offers AssertJ assertions for what Purgewise plans, does and leaves behind.
 *
 * <p>Import its {@link #assertThat} statically, beside AssertJ's own if need be:
 *
 * <pre>{@code
 * assertThat(plan).covers("/products/1").doesNotTouch("/about").costsAtMost(10_000);
 * assertThat(receipt).isComplete().clears("/products/1?page=2").marked(3);
 * assertThat(cloudFront).wasAskedToClear("/products/1").wasPaid(2);
 * assertThat(edge).reader("/products/1").sees("/products/1 version 2");
 * assertThat(table).hasMarked(TagCacheMode.ORIGINAL, build, "products");
 * }</pre>
 *
 * <p>URLs are paths with an optional query, raw or encoded, without scheme and host. A failure names the mistake that is likely
 * behind it.
 */
public final class PurgewiseAssertions {

    private PurgewiseAssertions() {}

    /**
     * Starts assertions about a plan.
     *
     * @param actual the plan
     * @return the assertions
     */
    public static InvalidationPlanAssert assertThat(InvalidationPlan actual) {
        Objects.requireNonNull(actual, "actual");
        return new InvalidationPlanAssert(actual);
    }

    /**
     * Starts assertions about a receipt.
     *
     * @param actual the receipt
     * @return the assertions
     */
    public static ReceiptAssert assertThat(Receipt actual) {
        Objects.requireNonNull(actual, "actual");
        return new ReceiptAssert(actual);
    }

    /**
     * Starts assertions about what a fake account was asked and has billed.
     *
     * @param actual the account
     * @return the assertions
     */
    public static FakeCloudFrontAssert assertThat(FakeCloudFront actual) {
        Objects.requireNonNull(actual, "actual");
        return new FakeCloudFrontAssert(actual);
    }

    /**
     * Starts assertions about what an edge holds and what its readers see.
     *
     * @param actual the edge
     * @return the assertions
     */
    public static EdgeCacheAssert assertThat(EdgeCache actual) {
        Objects.requireNonNull(actual, "actual");
        return new EdgeCacheAssert(actual);
    }

    /**
     * Starts assertions about the marks in a tag table.
     *
     * @param actual the table
     * @return the assertions
     */
    public static InMemoryTagCacheAssert assertThat(InMemoryTagCache actual) {
        Objects.requireNonNull(actual, "actual");
        return new InMemoryTagCacheAssert(actual);
    }
}
