package io.purgewise.plan;

/** Says where a wildcard that nobody asked for may end. A required prefix may always be used as it stands. */
public enum Granularity {
    /** Allows any prefix that cuts no percent-escape in half. */
    CHARACTER,
    /** Allows only prefixes that end in {@code /} or {@code ?}, which people can read. */
    SEGMENT
}
