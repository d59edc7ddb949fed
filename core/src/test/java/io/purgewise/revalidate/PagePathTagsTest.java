package io.purgewise.revalidate;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import org.junit.jupiter.api.Test;

class PagePathTagsTest {

    @Test
    void pathTagsAreReadInEverySpellingOfEveryWriter() {
        Page page = Page.of(Router.APP_PAGE, "/a/with space");
        assertThat(PagePathTags.spellings(page, NextVersion.parse("16.4.6")))
                .containsExactly(
                        "_N_T_/a/with%20space", "_N_T_/a/with space", "_N_T_/a/with%20space/", "_N_T_/a/with space/");
        assertThat(PagePathTags.spellings(Page.of(Router.APP_PAGE, "/"), null))
                .containsExactly("_N_T_/", "_N_T_/index");
        assertThat(PagePathTags.spellings(Page.of(Router.APP_PAGE, "/index"), null))
                .contains("_N_T_/index", "_N_T_/");
        assertThat(PagePathTags.spellings(Page.of(Router.APP_PAGE, "/a/a,b"), null))
                .contains("_N_T_/a/a%2Cb", "_N_T_/a/a,b");
        assertThat(PagePathTags.spellings(Page.of(Router.APP_PAGE, "/a/café"), null))
                .contains("_N_T_/a/caf%C3%A9", "_N_T_/a/café");
    }
}
