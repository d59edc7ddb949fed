package io.purgewise.cdn;

import io.purgewise.internal.Sha256;
import io.purgewise.site.InvalidationItem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Identifies a CreateInvalidation call, however often it is sent: CloudFront accepts one batch per reference and distribution.
 *
 * <p>{@link #derive} gives the same reference for the same batch on every JVM, so that a retry, a second instance or a
 * process that was killed and started again never pays twice. Instances are immutable and thread-safe.
 *
 * @param value the reference as CloudFront takes it; not empty. A derived one has 43 characters
 */
public record CallerReference(String value) {

    private static final String PREFIX = "pw-";
    private static final int DIGEST_BYTES = 20;

    /**
     * Checks the text.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public CallerReference {
        Objects.requireNonNull(value, "value");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("caller reference must not be empty");
        }
    }

    /**
     * Derives the reference of a batch: {@code pw-} and the first 160 bits of a SHA-256 over the distribution, the
     * discriminator and the sorted items, in hexadecimal.
     *
     * @param distribution where the batch goes
     * @param items what it clears, in any order
     * @param discriminator tells apart two batches that clear the same at different times, such as the ID of a drain; the
     *     same for every attempt at one batch
     * @return the reference
     */
    public static CallerReference derive(
            DistributionId distribution, Collection<? extends InvalidationItem> items, String discriminator) {
        Objects.requireNonNull(distribution, "distribution");
        Objects.requireNonNull(items, "items");
        Objects.requireNonNull(discriminator, "discriminator");
        MessageDigest digest = Sha256.digest();
        feed(digest, distribution.toString());
        feed(digest, discriminator);
        items.stream().map(InvalidationItem::spelling).sorted().forEach(spelling -> feed(digest, spelling));
        return new CallerReference(PREFIX + HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES));
    }

    /** Tells whether this was derived from a batch's content, so that no other batch can have it. */
    boolean isDerived() {
        return value.startsWith(PREFIX) && value.length() == PREFIX.length() + 2 * DIGEST_BYTES;
    }

    /** Adds a text and a separator that UTF-8 never produces, so that no two lists of texts feed the same bytes. */
    private static void feed(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0xff);
    }

    /** Returns the reference as CloudFront takes it. */
    @Override
    public String toString() {
        return value;
    }
}
