package io.purgewise.aws;

import java.util.Objects;

/**
 * Is the secret that lets its holder make a Next.js site render pages anew, and see its drafts: {@code previewModeId} in
 * {@code .next/prerender-manifest.json}. A build may change it.
 *
 * <p>It is never logged: its text shows nothing of it. Instances are immutable and thread-safe.
 */
public final class PreviewId {

    private final String secret;

    private PreviewId(String secret) {
        this.secret = secret;
    }

    /**
     * Creates a preview ID.
     *
     * @param secret visible ASCII characters, by Next.js 32 hexadecimal digits
     * @return the preview ID
     * @throws IllegalArgumentException if {@code secret} cannot stand in a header; the message does not show it
     */
    public static PreviewId of(String secret) {
        Objects.requireNonNull(secret, "secret");
        if (secret.isEmpty() || !secret.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw new IllegalArgumentException("preview ID must consist of visible ASCII characters");
        }
        return new PreviewId(secret);
    }

    String secret() {
        return secret;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PreviewId id && id.secret.equals(secret);
    }

    @Override
    public int hashCode() {
        return secret.hashCode();
    }

    /** Returns a text without the secret. */
    @Override
    public String toString() {
        return "PreviewId[hidden]";
    }
}
