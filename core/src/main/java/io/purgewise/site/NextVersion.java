package io.purgewise.site;

import io.purgewise.internal.Quoted;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a version of Next.js, and knows what that version can do.
 *
 * @param major the first number, not negative
 * @param minor the second number, not negative
 * @param patch the third number, not negative
 */
public record NextVersion(int major, int minor, int patch) implements Comparable<NextVersion> {

    private static final Pattern FORM = Pattern.compile("v?(\\d{1,5})\\.(\\d{1,5})\\.(\\d{1,5})(?:[-+].*)?");

    /** Names what only newer versions of Next.js can do. */
    public enum Feature {
        /** Re-renders or expires a page on demand through {@code next/cache}: Next.js 13.5.1 and newer. */
        ON_DEMAND_REVALIDATION("on-demand revalidation through next/cache", new NextVersion(13, 5, 1)),
        /** Serves a tag's old pages while they are rendered anew: Next.js 16.0.0 and newer. */
        STALE_WHILE_REVALIDATE("stale-while-revalidate of a tag", new NextVersion(16, 0, 0));

        private final String title;
        private final NextVersion since;

        Feature(String title, NextVersion since) {
            this.title = title;
            this.since = since;
        }

        /** {@return the first version that has the feature} */
        public NextVersion since() {
            return since;
        }
    }

    /**
     * Creates a version from its numbers.
     *
     * @throws IllegalArgumentException if a number is negative
     */
    public NextVersion {
        if (major < 0 || minor < 0 || patch < 0) {
            throw new IllegalArgumentException(
                    "version numbers must not be negative, but were " + major + "." + minor + "." + patch);
        }
    }

    /**
     * Parses a version such as {@code 16.4.6} or {@code 16.0.0-canary.3}; what follows a dash or plus is not compared.
     *
     * @param text the version as it stands in package.json, without a range sign
     * @return the version
     * @throws IllegalArgumentException if {@code text} is no version with three numbers
     */
    public static NextVersion parse(String text) {
        Matcher matcher = FORM.matcher(Objects.requireNonNull(text, "text"));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Next.js version must look like 16.4.6, but was " + Quoted.of(text));
        }
        return new NextVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    /**
     * Tells whether this version has a feature.
     *
     * @param feature the feature
     * @return whether this version is the feature's first one or newer
     */
    public boolean supports(Feature feature) {
        return compareTo(Objects.requireNonNull(feature, "feature").since) >= 0;
    }

    /**
     * Throws if this version lacks a feature.
     *
     * @param feature the feature
     * @throws IllegalArgumentException if this version is older than the feature
     */
    public void require(Feature feature) {
        if (!supports(feature)) {
            throw new IllegalArgumentException(feature.title + " needs Next.js " + feature.since
                    + " or newer, but the site runs " + this + "; update the site or leave the feature out");
        }
    }

    @Override
    public int compareTo(NextVersion other) {
        Objects.requireNonNull(other, "other");
        int byMajor = Integer.compare(major, other.major);
        int byMinor = Integer.compare(minor, other.minor);
        return byMajor != 0 ? byMajor : byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
    }

    /** Returns the version as package.json writes it. */
    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
