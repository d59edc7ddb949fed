package io.purgewise.outbox;

import io.purgewise.internal.Sha256;
import io.purgewise.revalidate.Change;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * A change that was accepted and is not carried through yet. It says what changed, never which URLs that concerns: those are
 * found when it is drained.
 *
 * <p>Instances are immutable and thread-safe.
 *
 * @param key what names the change: appended twice under one key within a day, it is carried through once
 * @param change what changed
 * @param acceptedAt when it was accepted, by the clock of whoever accepted it, cut to the millisecond. It orders the entries of
 *     a lane, and is compared with no other machine's clock
 */
public record OutboxEntry(Key key, Change change, Instant acceptedAt) {

    /**
     * Creates an entry.
     *
     * @throws NullPointerException if a part is null
     */
    public OutboxEntry {
        Objects.requireNonNull(acceptedAt, "acceptedAt");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(change, "change");
        acceptedAt = acceptedAt.truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * Names a change in an outbox.
     *
     * @param value 1 to 64 letters, digits, {@code .}, {@code _} and {@code -}
     */
    public record Key(String value) {

        private static final int MAX_LENGTH = 64;
        private static final int BYTES = 20;

        /**
         * Creates a key from its text.
         *
         * @throws IllegalArgumentException if the text is malformed; {@link #of(String, Change)} makes a key of any text
         */
        public Key {
            Objects.requireNonNull(value, "value");
            if (value.isEmpty() || value.length() > MAX_LENGTH || !value.chars().allMatch(Key::isAllowed)) {
                String shown = value.length() <= 2 * MAX_LENGTH ? value : value.substring(0, 2 * MAX_LENGTH) + "...";
                throw new IllegalArgumentException("entry key must be 1 to " + MAX_LENGTH
                        + " letters, digits, . _ or -, but was \"" + shown + "\"");
            }
        }

        private static boolean isAllowed(int c) {
            return c < 0x80 && (Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-');
        }

        /**
         * Derives the key of one change of an event: 160 bits of a SHA-256 over both, in hexadecimal. The changes of an event
         * have keys of their own, so that it makes no difference in which order, or with which others, they are appended again.
         *
         * @param event what names the event, such as the ID of a message, or an ID and a version; not empty
         * @param change the change
         * @return the key, the same on every JVM
         * @throws IllegalArgumentException if {@code event} is empty
         */
        public static Key of(String event, Change change) {
            Objects.requireNonNull(event, "event");
            Objects.requireNonNull(change, "change");
            if (event.isEmpty()) {
                throw new IllegalArgumentException("the key of an event must not be empty");
            }
            MessageDigest digest = Sha256.digest();
            digest.update(event.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0xff); // which no UTF-8 holds, so that no two pairs feed the same bytes
            digest.update(change.toString().getBytes(StandardCharsets.UTF_8));
            return new Key(HexFormat.of().formatHex(digest.digest(), 0, BYTES));
        }

        /**
         * Draws a key that no other change has.
         *
         * @param random where from; a {@link java.security.SecureRandom} in production
         * @return the key
         */
        public static Key random(RandomGenerator random) {
            Objects.requireNonNull(random, "random");
            byte[] bytes = new byte[BYTES];
            random.nextBytes(bytes);
            return new Key(HexFormat.of().formatHex(bytes));
        }

        /** Returns the key's text. */
        @Override
        public String toString() {
            return value;
        }
    }
}
