package io.purgewise.testkit;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.AbstractAssert;

/**
 * Asserts what an edge holds and what its readers see. Start with {@link PurgewiseAssertions#assertThat(EdgeCache)}.
 *
 * <p>This class is not thread-safe.
 */
public final class EdgeCacheAssert extends AbstractAssert<EdgeCacheAssert, EdgeCache> {

    EdgeCacheAssert(EdgeCache actual) {
        super(actual, EdgeCacheAssert.class);
    }

    /**
     * Asks as a reader does, which fills the edge, and goes on with the answer.
     *
     * @param url path and query, raw or encoded
     * @return assertions about what the reader sees
     */
    public ReaderAssert reader(String url) {
        return reader(new EdgeRequest(url, Map.of()));
    }

    /**
     * Asks with headers, which fills the edge, and goes on with the answer.
     *
     * @param request URL and headers, such as {@code rsc: 1}
     * @return assertions about what the reader sees
     */
    public ReaderAssert reader(EdgeRequest request) {
        Objects.requireNonNull(request, "request");
        isNotNull();
        return new ReaderAssert(actual, request, actual.get(request));
    }

    /**
     * Verifies that a variant of each URL is stored, fresh or not.
     *
     * @param urls paths with an optional query
     * @return this assertion
     */
    public EdgeCacheAssert holds(String... urls) {
        Objects.requireNonNull(urls, "urls");
        isNotNull();
        for (String url : urls) {
            if (!actual.holds(url)) {
                throw failure(
                        "Expected the edge to hold%n  %s%nbut it holds%n  %s%nLikely mistake: %s.",
                        url, ClearingHints.shown(actual.urls()), EdgeHints.notHeld(actual, url));
            }
        }
        return this;
    }

    /**
     * Verifies that no variant of any of the URLs is stored.
     *
     * @param urls paths with an optional query
     * @return this assertion
     */
    public EdgeCacheAssert doesNotHold(String... urls) {
        Objects.requireNonNull(urls, "urls");
        isNotNull();
        for (String url : urls) {
            if (actual.holds(url)) {
                throw failure(
                        "Expected the edge not to hold%n  %s%nbut it does%nLikely mistake: %s.",
                        url, EdgeHints.stillHeld(actual, actual.spelled(url)));
            }
        }
        return this;
    }

    /**
     * Verifies that nothing is stored.
     *
     * @return this assertion
     */
    public EdgeCacheAssert isEmpty() {
        isNotNull();
        List<String> urls = List.copyOf(actual.urls());
        if (!urls.isEmpty()) {
            throw failure(
                    "Expected the edge to be empty%nbut it holds%n  %s%nLikely mistake: %s.",
                    ClearingHints.shown(urls), EdgeHints.stillHeld(actual, urls.get(0)));
        }
        return this;
    }
}
