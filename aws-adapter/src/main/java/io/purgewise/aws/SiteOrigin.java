package io.purgewise.aws;

import java.net.URI;

/** Checks where a site answers, before anything is sent there. */
final class SiteOrigin {

    private SiteOrigin() {}

    /**
     * Refuses what is no scheme and host alone.
     *
     * @throws IllegalArgumentException if {@code origin} is not of {@code http} or {@code https}, or has a user name, a path or a query
     */
    static void check(URI origin) {
        String bare = (origin.getScheme() + "://" + origin.getRawAuthority()).replaceFirst("//.*@", "//");
        if (origin.getRawAuthority() != null && origin.getRawAuthority().indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "origin must hold no user name and no password, which would be sent and logged; it should look like "
                            + "https://example.com, but named " + bare);
        }
        boolean web = "https".equalsIgnoreCase(origin.getScheme()) || "http".equalsIgnoreCase(origin.getScheme());
        boolean port = origin.getPort() == -1 || (origin.getPort() > 0 && origin.getPort() <= 65_535);
        if (!web || origin.getHost() == null || !port || !origin.toString().equalsIgnoreCase(bare)) {
            throw new IllegalArgumentException(
                    "origin must look like https://example.com, but was " + Excerpt.of(origin.toString()));
        }
    }
}
