package io.purgewise.internal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Gives the digest that names are made of. */
public final class Sha256 {

    private Sha256() {}

    /**
     * Starts a digest.
     *
     * @return a SHA-256 of nothing yet
     */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
