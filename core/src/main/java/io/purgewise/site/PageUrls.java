package io.purgewise.site;

import java.util.List;

/**
 * Lists what must be cleared at the CDN for a page to be fresh.
 *
 * @param patterns the URL patterns, sorted; none is covered by another
 * @param widened the URLs that CloudFront cannot name, each with the wildcard that had to stand in for it; empty for most
 *     pages
 */
public record PageUrls(List<UrlPattern> patterns, List<Widened> widened) {

    /**
     * Creates a list from its parts.
     *
     * @param patterns the URL patterns
     * @param widened the URLs that CloudFront cannot name
     */
    public PageUrls {
        patterns = List.copyOf(patterns);
        widened = List.copyOf(widened);
    }

    /**
     * Tells that a URL is cleared by a wildcard wider than itself.
     *
     * @param url the URL as a browser asks for it
     * @param by the narrowest pattern that CloudFront can name
     */
    public record Widened(String url, UrlPattern by) {}
}
