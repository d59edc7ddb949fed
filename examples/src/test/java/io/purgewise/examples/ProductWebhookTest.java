package io.purgewise.examples;

import static io.purgewise.testkit.PurgewiseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.purgewise.revalidate.IncompleteRevalidationException;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.testkit.SiteInMemory;
import io.purgewise.testkit.SitePage;
import io.purgewise.testkit.WithSite;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithSite({
    @SitePage(path = "/products/1", tags = "product-1"),
    @SitePage(
            path = "/deals",
            tags = {"product-1", "product-2"}),
    @SitePage(path = "/about")
})
class ProductWebhookTest {

    @BeforeEach
    void everybodyHasReadEverything(SiteInMemory site) {
        site.read("/products/1");
        site.read("/deals");
        site.read("/about");
    }

    @Test
    void readersSeeTheProductWhereverItIsShown(SiteInMemory site, Revalidator revalidator) throws Exception {
        site.edit("/products/1");
        site.edit("/deals");

        String done = new ProductWebhook(revalidator).onChange(1);

        assertThat(done).isEqualTo("product 1 is cleared at [/deals, /products/1]");
        site.clock().advance(Duration.ofMinutes(1));
        assertThat(site.edge()).reader("/products/1").sees("/products/1 version 2");
        assertThat(site.edge()).reader("/deals").sees("/deals version 2");
        assertThat(site.edge()).holds("/about");
        assertThat(site.cloudFront()).wasPaid(4);
    }

    @Test
    void aTableThatTakesNothingIsToldToTheCaller(SiteInMemory site, Revalidator revalidator) {
        site.tagCache().failNextWrites(1);

        assertThatExceptionOfType(IncompleteRevalidationException.class)
                .isThrownBy(() -> new ProductWebhook(revalidator).onChange(1));

        assertThat(site.cloudFront()).acceptedNothing();
    }
}
