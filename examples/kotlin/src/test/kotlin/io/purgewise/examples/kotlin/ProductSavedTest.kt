package io.purgewise.examples.kotlin

import io.purgewise.revalidate.Revalidator
import io.purgewise.testkit.PurgewiseAssertions.assertThat
import io.purgewise.testkit.SiteInMemory
import io.purgewise.testkit.SitePage
import io.purgewise.testkit.WithSite
import java.time.Duration
import org.junit.jupiter.api.Test

@WithSite(SitePage(path = "/products/7", tags = ["product-7"]), SitePage(path = "/about"))
class ProductSavedTest {

    @Test
    fun `readers see the product`(site: SiteInMemory, revalidator: Revalidator) {
        site.read("/products/7")
        site.read("/about")
        site.edit("/products/7")

        ProductSaved(revalidator).saved(7)

        site.clock().advance(Duration.ofMinutes(1))
        assertThat(site.edge()).reader("/products/7").sees("/products/7 version 2")
        assertThat(site.edge()).holds("/about")
    }
}
