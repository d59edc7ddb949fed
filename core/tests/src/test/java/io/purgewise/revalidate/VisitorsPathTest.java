package io.purgewise.revalidate;

import static io.purgewise.testkit.PurgewiseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagIndex;
import io.purgewise.cache.TagRow;
import io.purgewise.cdn.DistributionId;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Rewrite;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.site.UrlPattern;
import io.purgewise.testkit.SiteInMemory;
import java.util.ArrayList;
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

    /** The rewrite stood in a middleware that nobody had declared: the path that visitors ask for stayed old for good. */
    @ParameterizedTest
    @EnumSource(TagCacheMode.class)
    void thePathThatAnEntryNamesByItsTagIsClearedEvenIfNoRewriteIsDeclared(TagCacheMode mode) throws Exception {
        for (String change : List.of("path:/en/about", "page", "route:/[locale]/about", "tag:about")) {
            SiteInMemory site = SiteInMemory.builder().mode(mode).build();
            rewritten(site, mode);
            Receipt receipt = site.revalidatorBuilder()
                    .tagIndex(build -> TagIndex.empty(build).refreshed(site.pages(), 10, step -> {}))
                    .build()
                    .revalidate(
                            change.equals("page")
                                    ? Change.page(Page.of(Router.APP_PAGE, "/en/about"))
                                    : Change.parse(change));
            assertThat(receipt).as(change).isComplete().clears("/about", "/about?x=1", "/en/about");
            assertThat(receipt.changes().get(0).notes()).anyMatch(note -> note.contains("also cleared as /about"));
            assertThat(receipt.changes().get(0).pages()).doesNotContain(Page.of(Router.APP_PAGE, "/about"));
            if (!mode.listsEntries() && !change.startsWith("tag:") && !change.startsWith("route:")) {
                assertThat(site.table().rows()).anyMatch(row -> row.tag().endsWith("_tag/_N_T_/about"));
            }
        }
    }

    @Test
    void theTableAloneTellsUnderWhichPathAPageIsVisited() throws Exception {
        SiteInMemory site = SiteInMemory.builder().build();
        rewritten(site, TagCacheMode.ORIGINAL);
        Revalidator withoutStore = Revalidator.builder(
                        site.site(), site.revalidator().clearings().get(0))
                .tagCache(site.tagCache())
                .build();
        assertThat(withoutStore.revalidate(Change.path("/en/about")))
                .isComplete()
                .clears("/about", "/en/about");
    }

    /** Stores a page as a middleware does that prefixes paths with a locale: under one path, tagged with another. */
    private static void rewritten(SiteInMemory site, TagCacheMode mode) {
        CacheKey key = CacheKey.routeScoped(Router.APP_PAGE, "/[locale]/about/page", "/en/about");
        List<String> tags = new ArrayList<>(PathTags.implicit("/[locale]/about/page", "/about"));
        tags.add("about");
        BuildId build = site.site().cacheBuildId();
        site.pages()
                .put(
                        build,
                        new CacheEntry(
                                key,
                                CacheEntry.Kind.APP,
                                tags,
                                null,
                                200,
                                null,
                                false,
                                site.clock().instant(),
                                "e"));
        if (mode.listsEntries()) {
            tags.forEach(tag -> site.table().seed(List.of(TagRow.registered(build + "/" + tag, build + "/" + key))));
        }
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
