package io.purgewise.site;

import io.purgewise.internal.Quoted;

/** Checks the setting {@code basePath} of {@code next.config}. */
final class BasePath {

    private static final int MAX_LENGTH = 1000;

    private BasePath() {}

    /**
     * Returns the base path if it is well-formed. A {@code ~} is refused, since CloudFront could name no page below it.
     */
    static String check(String basePath) {
        boolean wellFormed = basePath.isEmpty()
                || (basePath.length() <= MAX_LENGTH
                        && basePath.startsWith("/")
                        && !basePath.endsWith("/")
                        && !basePath.contains("//")
                        && basePath.codePoints().allMatch(BasePath::isKept));
        if (!wellFormed) {
            throw new IllegalArgumentException("base path must be empty or look like /shop, with letters, digits and"
                    + " -._!$&'(),;=:@+ in at most " + MAX_LENGTH + " characters, but was " + Quoted.of(basePath));
        }
        for (String segment : basePath.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                throw new IllegalArgumentException(
                        "base path must have no dot segment, but was " + Quoted.of(basePath));
            }
        }
        return basePath;
    }

    private static boolean isKept(int c) {
        return Character.isLetterOrDigit(c) || "/-._!$&'(),;=:@+".indexOf(c) >= 0;
    }
}
