package io.purgewise.revalidate;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.site.BuildId;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.testkit.SiteInMemory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shows that to revalidate a path again does what the first time did: the rows it left behind are no pages. */
class SecondRunTest {

    @ParameterizedTest
    @CsvSource({
        "/, false", "/, true",
        "/blog/hello, false", "/blog/hello, true",
        "/news/head to head, false", "/news/head to head, true",
        "/a/café, false", "/a/café, true",
        "/a/100%, false", "/a/100%, true",
        "/a/a+b, false", "/a/a+b, true",
        "/en/about, false", "/en/about, true"
    })
    void aSecondRunEqualsTheFirst(String path, boolean trailingSlash) throws InterruptedException {
        SiteInMemory site = SiteInMemory.builder(Site.builder(BuildId.of("b1"))
                        .trailingSlash(trailingSlash)
                        .build())
                .page(Router.APP_PAGE, path, "posts")
                .build();
        Receipt first = site.revalidate(Change.path(path));
        Receipt second = site.revalidate(Change.path(path));
        assertThat(first.problems()).isEmpty();
        assertThat(second.problems()).isEmpty();
        assertThat(second.plan().orElseThrow().items())
                .isEqualTo(first.plan().orElseThrow().items());
    }
}
