package io.purgewise.cdn;

import java.util.Objects;

/** Says whether an invalidation has reached all edge locations. */
public enum InvalidationStatus {
    /** Some edge location may still serve what is being cleared. */
    IN_PROGRESS,
    /** No edge location serves what was cleared. */
    COMPLETED;

    /**
     * Reads the status that a CDN writes, without regard to case: AWS says {@code Completed}, moto says
     * {@code COMPLETED}.
     *
     * @param text the status; anything but completed counts as in progress
     * @return the status
     */
    public static InvalidationStatus parse(String text) {
        Objects.requireNonNull(text, "text");
        return text.equalsIgnoreCase("Completed") ? COMPLETED : IN_PROGRESS;
    }

    /**
     * Returns CloudFront's spelling.
     *
     * @return {@code InProgress} or {@code Completed}
     */
    public String spelling() {
        return this == COMPLETED ? "Completed" : "InProgress";
    }
}
