package io.purgewise.revalidate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.purgewise.cache.PathTags;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeTest {

    static List<Change> changes() {
        return List.of(
                Change.tag("products"),
                Change.tag("path:/not/a/path"),
                Change.tag(" spaces, commas and é "),
                Change.path("/"),
                Change.path("/a/café: 100%;x=y"),
                Change.path("/new").evenIfUnknown(),
                Change.page(Page.of(Router.APP_PAGE, "/p:q;r=s")),
                Change.page(Page.of(Router.APP_ROUTE, "/feed.xml")),
                Change.page(Page.of(Router.PAGES, "/docs").inLocale("fr-CA")),
                Change.page(Page.of(Router.PAGES, "/docs").ofRoute("/docs/[[...path]]")),
                Change.page(Page.of(Router.PAGES, "/x").inLocale("a:b;c%3Ad").ofRoute("/a%:;locale=x/[b]")),
                Change.route("/blog/[slug]", PathTags.Scope.PAGE),
                Change.route("/", PathTags.Scope.LAYOUT),
                Change.everything());
    }

    @ParameterizedTest
    @MethodSource("changes")
    void theTextOfAChangeSurvivesAStore(Change change) {
        assertThat(Change.parse(change.toString())).isEqualTo(change);
    }

    @Test
    void everythingIsAlsoCalledAll() {
        assertThat(Change.parse("all")).isEqualTo(Change.everything());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "products",
                "tag:",
                "path:about",
                "path:https://example.com/about",
                "new-path:about",
                "page:/x",
                "page:APP:/x",
                "page:PAGES;locale:/x",
                "page:PAGES;locale=a;locale=b:/x",
                "page:APP_PAGE;locale=fr:/x",
                "everything:",
                "route:blog",
                "route:/blog/",
                "route:/blog/[slug]/page",
                "layout:/blog/layout",
                "route://blog",
                "route:"
            })
    void aMalformedTextIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Change.parse(text));
    }

    @Test
    void aRouteThatNextJsWouldIgnoreIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Change.parse("layout:/" + "x".repeat(1024)));
    }

    @Test
    void aPathIsTakenWithoutItsTrailingSlash() {
        assertThat(Change.parse("path:/a/b/")).isEqualTo(Change.path("/a/b"));
    }

    @Test
    void aMessageQuotesNotMoreThanAPersonReads() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Change.parse("x".repeat(100_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }

    @Test
    @SuppressWarnings("NullAway") // what callers without NullAway may do
    void nothingOfAChangeMayBeMissing() {
        assertThatNullPointerException().isThrownBy(() -> Change.tag(null)).withMessage("tag");
        assertThatNullPointerException().isThrownBy(() -> Change.path(null)).withMessage("path");
        assertThatNullPointerException().isThrownBy(() -> Change.page(null)).withMessage("page");
        assertThatNullPointerException()
                .isThrownBy(() -> Change.route(null, PathTags.Scope.PAGE))
                .withMessage("pattern");
        assertThatNullPointerException()
                .isThrownBy(() -> Change.route("/", null))
                .withMessage("scope");
        assertThatNullPointerException().isThrownBy(() -> Change.parse(null)).withMessage("text");
    }
}
