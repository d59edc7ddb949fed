package io.purgewise.plan;

import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;

/**
 * Is the wildcard in place of a URL that CloudFront cannot name, as narrow as the policy allows.
 *
 * @param pattern the wildcard
 * @param url what it is there for
 * @param weight what the site's known URLs weigh that {@code url} means
 */
record StandIn(UrlPattern pattern, UnnameableUrl url, long weight) implements Comparable<StandIn> {

    @Override
    public int compareTo(StandIn other) {
        int byPattern = pattern.compareTo(other.pattern);
        return byPattern != 0 ? byPattern : url.compareTo(other.url);
    }
}
