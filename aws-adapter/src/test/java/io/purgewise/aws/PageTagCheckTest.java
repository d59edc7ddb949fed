package io.purgewise.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.purgewise.aws.Diagnosis.Verdict;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.PageTags;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PageTagCheckTest {

    private static final String HEADER = "x-page-tags";

    @RegisterExtension
    private static final WireMockExtension ORIGIN =
            WireMockExtension.newInstance().options(options().dynamicPort()).build();

    private final Site site = Site.builder(BuildId.of("b1")).build();
    private final List<Page> pages =
            List.of(Page.of(Router.APP_PAGE, "/a"), Page.of(Router.APP_PAGE, "/b"), Page.of(Router.PAGES, "/c"));

    @BeforeEach
    void answerEveryPageWithItsTag() {
        for (String page : List.of("a", "b", "c")) {
            answer("(/_next/data/b1)?/" + page + "(\\.json)?(\\?.*)?", cached().withHeader(HEADER, "p/" + page));
        }
    }

    private static void answer(String urls, ResponseDefinitionBuilder answer) {
        ORIGIN.stubFor(any(urlMatching(urls)).willReturn(answer));
    }

    private static ResponseDefinitionBuilder cached() {
        return aResponse().withHeader("cache-control", "s-maxage=3600, stale-while-revalidate=2592000");
    }

    private Diagnosis check() throws InterruptedException {
        return new PageTagCheck(HttpClient.newHttpClient(), URI.create(ORIGIN.baseUrl()), HEADER, PageTags.ofAllPages())
                .of(site, pages);
    }

    private static void assertWrong(Diagnosis diagnosis, String text) {
        assertThat(diagnosis.isWell()).isFalse();
        assertThat(diagnosis.findings()).anySatisfy(finding -> {
            assertThat(finding.verdict()).isEqualTo(Verdict.WRONG);
            assertThat(finding.toString()).contains(text);
        });
    }

    @Test
    void pagesThatCarryTheirTagsAreWell() throws Exception {
        answer("/b.*", aResponse().withHeader("cache-control", "private, no-store"));
        Diagnosis diagnosis = check();
        assertThat(diagnosis.isWell()).isTrue();
        assertThat(diagnosis.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.text())
                        .startsWith("4 answers that a CDN may keep carry the tags of their 2 pages"));
    }

    @Test
    void aMissingHeaderIsFoundAndAnAnswerFromTheCacheIsAskedItsAge() throws Exception {
        answer("/a", cached());
        answer("/b", cached().withHeader("x-cache", "Hit from cloudfront"));
        Diagnosis diagnosis = check();
        assertWrong(diagnosis, "/a: it carries no x-page-tags: paste the rules");
        assertWrong(diagnosis, "/b: it carries no x-page-tags, and was cached: perhaps before the rules were deployed");
    }

    /** OpenNext 4.0.3 sends {@code p:/:path*} as it is written, with every page: each purge of it is a full flush. */
    @Test
    void oneTagOnManyPagesIsFound() throws Exception {
        ORIGIN.resetAll();
        ORIGIN.stubFor(any(anyUrl()).willReturn(cached().withHeader(HEADER, "p:/:path*")));
        Diagnosis diagnosis = check();
        assertWrong(diagnosis, "tag p:/:path*: it is on 3 pages");
        assertWrong(diagnosis, "/a: it carries [p:/:path*], not p/a: another rule, the app or a middleware");
    }

    @Test
    void theTagOfAnotherPageIsFound() throws Exception {
        answer("/b.*", cached().withHeader(HEADER, "p/b,p/a"));
        assertWrong(check(), "tag p/a: it is on 2 pages");
    }

    @Test
    void moreTagsThanCloudFrontReadsAreFound() throws Exception {
        String many = IntStream.range(0, 51).mapToObj(i -> "t" + i).collect(Collectors.joining(", "));
        answer("/a", cached().withHeader(HEADER, "p/a", many));
        assertWrong(check(), "/a: it carries 52 tags, of which CloudFront reads the first 50");
    }

    /** Next.js 16 redirects a request for RSC to the hash that its own client would have sent. */
    @Test
    void theAnswerBehindARedirectOfRscIsLookedAt() throws Exception {
        answer("/a\\?_rsc=purgewise", aResponse().withStatus(307).withHeader("location", "/a?_rsc"));
        answer("/a\\?_rsc", cached());
        assertWrong(check(), "/a?_rsc=purgewise (RSC): it carries no x-page-tags");
    }

    @Test
    void aRedirectNeedsNoTag() throws Exception {
        answer("/a", cached().withStatus(308).withHeader("location", "/a/"));
        assertThat(check().isWell()).isTrue();
    }

    @Test
    void anOriginIsAnAddressWithoutAPath() {
        for (String origin : List.of("example.com", "ftp://example.com", "https://example.com/shop")) {
            assertThatThrownBy(() -> new PageTagCheck(
                            HttpClient.newHttpClient(), URI.create(origin), HEADER, PageTags.ofAllPages()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(origin);
        }
    }
}
