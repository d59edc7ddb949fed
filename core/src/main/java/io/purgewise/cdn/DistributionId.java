package io.purgewise.cdn;

import java.util.Objects;

/**
 * Names a CloudFront distribution, or a tenant of a multi-tenant distribution.
 *
 * <p>All alternate domain names of a distribution share its cache, so one invalidation clears them all. Instances are
 * immutable and thread-safe.
 *
 * @param value the ID, such as {@code E2EXAMPLE123}, or {@code dt_abc} for a tenant; letters, digits, {@code _} and
 *     {@code -}
 * @param tenant whether the ID is a distribution tenant's (CreateInvalidationForDistributionTenant)
 */
public record DistributionId(String value, boolean tenant) {

    private static final String TENANT_MARK = "tenant/";

    /**
     * Creates an ID from its checked parts.
     *
     * @param value the ID
     * @param tenant whether it is a tenant's
     * @throws IllegalArgumentException if {@code value} is empty or holds other characters
     */
    public DistributionId {
        Objects.requireNonNull(value, "value");
        if (value.isEmpty() || !value.chars().allMatch(DistributionId::isAllowed)) {
            throw new IllegalArgumentException(
                    "distribution ID must be letters, digits, _ and -, but was \"" + value + "\"");
        }
    }

    private static boolean isAllowed(int c) {
        return c < 0x80 && (Character.isLetterOrDigit(c) || c == '_' || c == '-');
    }

    /**
     * Creates the ID of a distribution.
     *
     * @param value the ID, such as {@code E2EXAMPLE123}
     * @return the ID
     * @throws IllegalArgumentException if it is malformed
     */
    public static DistributionId of(String value) {
        return new DistributionId(value, false);
    }

    /**
     * Creates the ID of a distribution tenant.
     *
     * @param value the ID, such as {@code dt_abc}
     * @return the ID
     * @throws IllegalArgumentException if it is malformed
     */
    public static DistributionId tenant(String value) {
        return new DistributionId(value, true);
    }

    /**
     * Parses what {@link #toString()} writes.
     *
     * @param text {@code E2EXAMPLE123} or {@code tenant/dt_abc}
     * @return the ID
     * @throws IllegalArgumentException if it is malformed
     */
    public static DistributionId parse(String text) {
        return Objects.requireNonNull(text, "text").startsWith(TENANT_MARK)
                ? tenant(text.substring(TENANT_MARK.length()))
                : of(text);
    }

    /** Returns the ID, with {@code tenant/} before a tenant's. */
    @Override
    public String toString() {
        return tenant ? TENANT_MARK + value : value;
    }
}
