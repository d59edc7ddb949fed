package io.purgewise.site;

import io.purgewise.internal.Quoted;
import java.util.Objects;

/**
 * Identifies one build of a Next.js site.
 *
 * <p>A site has two: the <em>Next build ID</em>, part of data URLs ({@code /_next/data/<id>/...}), and the <em>cache build
 * ID</em>, prefix of OpenNext's S3 keys and table rows. They are equal unless the app sets {@code deploymentId}
 * (OpenNext 3.10.2 and newer).
 *
 * @param value visible ASCII characters without {@code / \ ? # %}; neither {@code .} nor {@code ..}, since OpenNext joins
 *     it into keys as a path segment; at most 200 characters
 */
public record BuildId(String value) {

    private static final int MAX_LENGTH = 200;

    /**
     * Creates a build ID from its checked value.
     *
     * @throws IllegalArgumentException if {@code value} is empty, too long, a dot segment or holds a forbidden character
     */
    public BuildId {
        Objects.requireNonNull(value, "value");
        if (value.isEmpty() || value.length() > MAX_LENGTH || value.equals(".") || value.equals("..")) {
            throw new IllegalArgumentException("build ID must have 1 to " + MAX_LENGTH
                    + " characters and be no dot segment, but was " + Quoted.of(value));
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c >= 0x7f || "/\\?#%".indexOf(c) >= 0) {
                throw new IllegalArgumentException(
                        "build ID holds a character that no URL or cache key keeps, at index " + i + ": "
                                + Quoted.of(value));
            }
        }
    }

    /**
     * Creates a build ID.
     *
     * @param value the ID as it stands in {@code .next/BUILD_ID}, without a line break
     * @return the build ID
     * @throws IllegalArgumentException if {@code value} is empty, too long, a dot segment or holds a forbidden character
     */
    public static BuildId of(String value) {
        return new BuildId(value);
    }

    /** Returns the bare value. */
    @Override
    public String toString() {
        return value;
    }
}
