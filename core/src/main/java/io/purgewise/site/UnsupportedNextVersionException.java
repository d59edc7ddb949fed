package io.purgewise.site;

import io.purgewise.PurgewiseException;

/** Reports that the site's version of Next.js is too old for what was asked; nothing was sent. */
public final class UnsupportedNextVersionException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    /** The missing feature. */
    private final NextVersion.Feature feature;

    /** The site's version, as text since versions are not serializable. */
    private final String version;

    UnsupportedNextVersionException(NextVersion.Feature feature, NextVersion version, String title) {
        super(title + " needs Next.js " + feature.since() + " or newer, but the site runs " + version
                + "; update the site or leave the feature out");
        this.feature = feature;
        this.version = version.toString();
    }

    /**
     * Returns the feature that the version lacks.
     *
     * @return the feature
     */
    public NextVersion.Feature feature() {
        return feature;
    }

    /**
     * Returns the site's version.
     *
     * @return the version that is too old
     */
    public NextVersion version() {
        return NextVersion.parse(version);
    }
}
