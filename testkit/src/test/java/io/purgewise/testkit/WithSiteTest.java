package io.purgewise.testkit;

import static io.purgewise.testkit.PurgewiseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Uses the annotation as its Javadoc shows. Runs on JUnit 5.14 as well, see {@code JUnit5Test}. */
@WithSite({
    @SitePage(path = "/products/1", tags = "products"),
    @SitePage(path = "/about"),
    @SitePage(path = "/legacy/a", router = Router.PAGES)
})
class WithSiteTest {

    private final SiteInMemory fromConstructor;

    WithSiteTest(SiteInMemory site) {
        this.fromConstructor = site;
    }

    @BeforeEach
    void readTheSite(EdgeCache edge) {
        edge.get("/products/1");
    }

    @Test
    void aReaderSeesTheNewProduct(SiteInMemory site, Revalidator revalidator) throws Exception {
        site.edit("/products/1");
        revalidator.revalidate(List.of(Change.tag("products")));
        site.clock().advance(Duration.ofMinutes(1));
        assertThat(site.edge()).reader("/products/1").sees("/products/1 version 2");
    }

    @Test
    void allPartsBelongToOneSite(
            SiteInMemory site,
            Site description,
            ManualClock clock,
            EdgeCache edge,
            FakeCloudFront cloudFront,
            FakeOpenNext server,
            InMemoryTagCache table,
            InMemoryIncrementalCache pages) {
        assertThat(site).isSameAs(fromConstructor);
        assertThat(description).isSameAs(site.site());
        assertThat(clock).isSameAs(site.clock());
        assertThat((Object) edge).isSameAs(site.edge());
        assertThat((Object) cloudFront).isSameAs(site.cloudFront());
        assertThat(server).isSameAs(site.server());
        assertThat((Object) table).isSameAs(site.table());
        assertThat(pages).isSameAs(site.pages());
        assertThat(edge).holds("/products/1");
    }

    @RepeatedTest(2)
    void eachRepetitionHasASiteOfItsOwn(SiteInMemory site) {
        assertThat(site.edit("/about")).isEqualTo(2);
    }

    @Test
    @WithSite(value = @SitePage(path = "/blog"), buildId = "other", basePath = "/shop", trailingSlash = true)
    void theAnnotationOnAMethodReplacesThatOfItsClass(SiteInMemory site) {
        assertThat(site.read("/shop/blog/")).isEqualTo("/blog version 1");
        assertThat(site.site().nextBuildId().value()).isEqualTo("other");
        assertThat(site.edge()).reader("/products/1").hasStatus(404);
    }

    @Nested
    class Inside {

        @Test
        void aNestedClassHasTheSiteOfTheOneAroundIt(SiteInMemory site) {
            assertThat(site.edit("/about")).isEqualTo(2);
        }
    }

    @Test
    void acceptedChangesAreClearedByADrainer(SiteInMemory site, Revalidator revalidator, OutboxDrainer drainer)
            throws Exception {
        site.edit("/products/1");
        drainer.accept(Change.tag("products"));
        drainer.flush(Duration.ofMinutes(5));
        site.clock().advance(Duration.ofMinutes(1));
        assertThat(site.edge()).reader("/products/1").sees("/products/1 version 2");
    }
}
