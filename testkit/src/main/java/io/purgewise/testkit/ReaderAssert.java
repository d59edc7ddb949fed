package io.purgewise.testkit;

import io.purgewise.testkit.EdgeAnswer.Source;
import org.assertj.core.api.AbstractAssert;

/**
 * Asserts what a reader got from an edge. Start with {@link EdgeCacheAssert#reader(String)}.
 *
 * <p>This class is not thread-safe.
 */
public final class ReaderAssert extends AbstractAssert<ReaderAssert, EdgeAnswer> {

    private final EdgeCache edge;
    private final String url;

    ReaderAssert(EdgeCache edge, EdgeRequest request, EdgeAnswer actual) {
        super(actual, ReaderAssert.class);
        this.edge = edge;
        this.url = edge.spelled(request.url());
    }

    /**
     * Verifies the whole content.
     *
     * @param body what the reader is to see
     * @return this assertion
     */
    public ReaderAssert sees(String body) {
        return check(actual.body().equals(body), "see%n  %s", body);
    }

    /**
     * Verifies a part of the content.
     *
     * @param part what the content is to contain
     * @return this assertion
     */
    public ReaderAssert seesTextContaining(String part) {
        return check(actual.body().contains(part), "see a text containing%n  %s", part);
    }

    /**
     * Verifies that the content does not contain a text.
     *
     * @param part what the content must not contain
     * @return this assertion
     */
    public ReaderAssert doesNotSeeTextContaining(String part) {
        return check(!actual.body().contains(part), "see no text containing%n  %s", part);
    }

    /**
     * Verifies where the answer came from.
     *
     * @param source the source
     * @return this assertion
     */
    public ReaderAssert isServedFrom(Source source) {
        return check(actual.source() == source, "be served by a%n  %s", source.name());
    }

    /**
     * Verifies the HTTP status.
     *
     * @param status such as 200
     * @return this assertion
     */
    public ReaderAssert hasStatus(int status) {
        return check(actual.response().status() == status, "get the status%n  %s", String.valueOf(status));
    }

    private ReaderAssert check(boolean holds, String expectation, String expected) {
        if (!holds) {
            throw failure(
                    "Expected a reader of %s to " + expectation
                            + "%nbut it was%n  %d %s%n(%s, %d s old)%nLikely mistake: %s.",
                    url,
                    expected,
                    actual.response().status(),
                    actual.body(),
                    actual.source(),
                    actual.age().toSeconds(),
                    EdgeHints.unexpected(edge, url, actual));
        }
        return this;
    }
}
