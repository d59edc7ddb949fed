package io.purgewise.revalidate;

import static io.purgewise.testkit.PurgewiseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.cdn.DistributionId;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Rewrite;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.site.UrlPattern;
import io.purgewise.testkit.SiteInMemory;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shows that a path is the one that visitors ask for, wherever its page is stored. */
class VisitorsPathTest {

    /** The default locale without its prefix, as next-intl rewrites it: the visitor's URL stayed old. */
    @ParameterizedTest
    @EnumSource(TagCacheMode.class)
    void thePageBehindARewriteIsMarkedAndClearedUnderBothPaths(TagCacheMode mode) throws InterruptedException {
        SiteInMemory site = SiteInMemory.builder(Site.builder(BuildId.of("b1"))
                        .middlewareRewrites(List.of(Rewrite.of("/:path*", "/en/:path*")))
                        .build())
                .mode(mode)
                .page(Router.APP_PAGE, "/en/about", "about")
                .build();
        Receipt receipt = site.revalidate(Change.path("/about"));
        assertThat(receipt)
                .isComplete()
                .found(Page.of(Router.APP_PAGE, "/en/about"))
                .clears("/about", "/about?x=1", "/en/about", "/en/about?x=1");
        assertThat(site.table().rows())
                .as("marks under the visitor's path and under the stored one")
                .anyMatch(row -> row.tag().endsWith("_N_T_/about") && isMarked(row))
                .anyMatch(row -> row.tag().endsWith("_N_T_/en/about") && isMarked(row));
    }

    private static boolean isMarked(TagRow row) {
        return row.revalidatedAt().isAfter(TagRow.REGISTERED);
    }

    /** On example.nl a page has the URL that elsewhere needs a prefix: each distribution clears what it serves. */
    @Test
    void aPatternOfADomainGoesToTheDistributionThatServesIt() {
        DistributionId dutch = DistributionId.of("E2DUTCH");
        Site rings = Site.builder(BuildId.of("b1"))
                .locales(List.of("en", "nl"), "en")
                .domain("example.nl", "nl")
                .build();
        SiteInMemory site = SiteInMemory.builder(rings)
                .page(Router.PAGES, "/rings")
                .alsoServedBy(dutch)
                .build();
        Revalidator revalidator = site.revalidatorBuilder(
                        clearing -> clearing.build().distribution().equals(dutch)
                                ? clearing.hosts(Set.of("example.nl"))
                                : clearing.hosts(Set.of(Site.DEFAULT_DOMAIN)))
                .build();
        Receipt.OfChange receipt = revalidator
                .mark(List.of(Change.page(Page.of(Router.PAGES, "/rings").inLocale("nl"))))
                .orThrow()
                .changes()
                .get(0);
        assertThat(receipt.wantedAt(dutch).patterns()).contains(UrlPattern.parse("/rings"));
        assertThat(receipt.wantedAt(site.distribution()).patterns())
                .contains(UrlPattern.parse("/nl/rings"))
                .doesNotContain(UrlPattern.parse("/rings"));
    }
}
