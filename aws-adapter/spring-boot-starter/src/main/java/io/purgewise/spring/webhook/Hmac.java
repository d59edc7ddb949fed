package io.purgewise.spring.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Computes HMAC-SHA256 with one secret. Immutable and thread-safe. */
final class Hmac {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    Hmac(String secret) {
        this.key = new SecretKeySpec(requireSecret(secret).getBytes(UTF_8), ALGORITHM);
    }

    /** Returns a secret that is long enough; the message of the exception does not quote it. */
    static String requireSecret(String secret) {
        requireNonNull(secret, "secret");
        if (secret.length() < WebhookVerifier.MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException("the secret of a webhook must have at least "
                    + WebhookVerifier.MIN_SECRET_LENGTH + " characters, but has " + secret.length());
        }
        return secret;
    }

    byte[] of(byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** Compares two texts in a time that tells nothing of where they differ. */
    static boolean equal(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(UTF_8), given.getBytes(UTF_8));
    }
}
