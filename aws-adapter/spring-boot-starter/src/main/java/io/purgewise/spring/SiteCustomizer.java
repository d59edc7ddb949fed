package io.purgewise.spring;

import io.purgewise.site.Site;

/**
 * Describes the site further than the properties do: its locales, rewrites, trailing slashes. A bean of this type is asked once, when
 * the service starts.
 */
@FunctionalInterface
public interface SiteCustomizer {

    /**
     * Adds to the description of the site.
     *
     * @param site the description so far: the build ID and the base path
     * @return the same builder
     */
    Site.Builder customize(Site.Builder site);
}
