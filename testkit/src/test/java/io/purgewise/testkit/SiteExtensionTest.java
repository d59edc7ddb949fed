package io.purgewise.testkit;

import static io.purgewise.testkit.PurgewiseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.purgewise.cache.TagCacheMode;
import io.purgewise.revalidate.Change;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Registers the extension as its Javadoc shows. Runs on JUnit 5.14 as well, see {@code JUnit5Test}. */
class SiteExtensionTest {

    @RegisterExtension
    final SiteExtension shop = SiteExtension.of(
            () -> SiteInMemory.builder().mode(TagCacheMode.NEXT_MODE).page(Router.APP_PAGE, "/products/1", "products"));

    @BeforeEach
    void edit() {
        // Fails from the second test on if they shared a site.
        assertThat(shop.site().edit("/products/1")).isEqualTo(2);
    }

    @Test
    void theSiteIsTheOneThatParametersBelongTo(SiteInMemory site, EdgeCache edge) {
        assertThat(site).isSameAs(shop.site());
        assertThat((Object) edge).isSameAs(site.edge());
    }

    @Test
    void theSiteIsTheDescribedOne() throws Exception {
        shop.site().revalidate(Change.page(Page.of(Router.APP_PAGE, "/products/1")));
        assertThat(shop.site().table())
                .hasMarked(TagCacheMode.NEXT_MODE, shop.site().site().cacheBuildId(), "_N_T_/products/1");
    }

    @Test
    void outsideOfATestThereIsNoSite() {
        assertThatIllegalStateException()
                .isThrownBy(() -> SiteExtension.of(SiteInMemory::builder).site())
                .withMessageContaining("@BeforeEach");
    }
}
