package io.purgewise.testkit;

import io.purgewise.cache.TagCacheMode;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.plan.UrlIndex;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.MarkPolicy;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.CdnTag;
import io.purgewise.site.Page;
import io.purgewise.site.PageTags;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Is a whole Next.js site behind CloudFront, in memory: pages, caches, an edge, a clock, and a {@link Revalidator} on them.
 *
 * <pre>{@code
 * SiteInMemory site = SiteInMemory.builder()
 *         .page(Router.APP_PAGE, "/products/1", "products")
 *         .page(Router.APP_PAGE, "/about")
 *         .build();
 * site.read("/products/1");                           // "/products/1 version 1", now held by the edge
 * site.edit("/products/1");                           // nobody sees it yet
 *
 * new ProductWebhook(site.revalidator()).onChange(1); // the code under test
 *
 * site.clock().advance(Duration.ofMinutes(1));        // the CDN needs some seconds
 * assertThat(site.edge()).reader("/products/1").sees("/products/1 version 2");
 * assertThat(site.edge()).reader("/about").sees("/about version 1");
 * assertThat(site.cloudFront()).wasPaid(2);
 * }</pre>
 *
 * <p>{@link SiteExtension} gives a fresh one to every JUnit test. Waiting moves the clock and takes no time. Each part can be
 * reached, and each port can be made to fail: {@link #tagCache()}, {@link #incrementalCache()}, {@link #renderer()} and
 * {@link #cloudFront()}.
 *
 * <p>What a real site does differently stands in the package's description. This class is thread-safe.
 */
public final class SiteInMemory extends SiteParts {

    private final TagCacheMode mode;
    private final MarkPolicy markPolicy;
    private final Random random;
    private final SitePages stored;

    private SiteInMemory(Builder builder) {
        super(builder);
        mode = builder.mode;
        markPolicy = builder.markPolicy;
        // One source for all: two revalidators with the same chances would give two changes the same ID.
        random = new Random(builder.seed);
        stored = new SitePages(site(), mode, server(), table(), pages());
        builder.pages.forEach(page -> add(page.page(), page.tags().toArray(String[]::new)));
        // Pages are dated in whole seconds; a mark within the second of the first rendering would hide a missing one.
        clock().advance(Duration.ofMinutes(1));
    }

    /**
     * Starts a site of build {@code build-1} without base path, trailing slash and locales.
     *
     * @return a builder
     */
    public static Builder builder() {
        return builder(Site.builder(BuildId.of("build-1")).build());
    }

    /**
     * Starts a site.
     *
     * @param site what its URLs and caches depend on
     * @return a builder
     */
    public static Builder builder(Site site) {
        Objects.requireNonNull(site, "site");
        return new Builder(site);
    }

    /**
     * Adds a page, rendered now with content version 1 and known to all caches, but not yet to the edge.
     *
     * <p>A page of the Pages Router without a locale is added in every locale of the site.
     *
     * @param page the page
     * @param tags its own cache tags; Next.js's path tags are added to pages of the App Router
     * @return this site
     * @throws IllegalArgumentException if a page of the Pages Router is given tags, which it cannot carry
     */
    public SiteInMemory add(Page page, String... tags) {
        Objects.requireNonNull(page, "page");
        Objects.requireNonNull(tags, "tags");
        stored.add(page, List.of(tags), clock().instant());
        return this;
    }

    /**
     * Changes the content behind a page; readers see it once the page is rendered anew and the edge has forgotten the old one.
     *
     * @param path the page's path
     * @return the new content version, from 2 on
     * @throws IllegalArgumentException if the site has no such page
     */
    public int edit(String path) {
        Objects.requireNonNull(path, "path");
        int version = 0;
        for (Page page : stored.at(path)) {
            version = server().edit(page);
        }
        return version;
    }

    /**
     * Reads a URL through the edge, as a visitor does.
     *
     * @param url path and query, raw or encoded
     * @return the body: the page's path and content version
     */
    public String read(String url) {
        return edge().get(url).body();
    }

    /**
     * Revalidates and waits until the CDN has cleared what it accepted, on the manual clock.
     *
     * @param changes what changed, such as {@code Change.tag("products")}
     * @return the receipt
     * @throws InterruptedException if the thread is told to stop
     */
    public Receipt revalidate(Change... changes) throws InterruptedException {
        Objects.requireNonNull(changes, "changes");
        Receipt receipt = revalidator().revalidate(List.of(changes));
        receipt.await(Duration.ofHours(1));
        return receipt;
    }

    /**
     * Returns a revalidator with everything but a renderer, ready for the code under test.
     *
     * @return a new revalidator on this site; it may be used together with others
     */
    public Revalidator revalidator() {
        return revalidatorBuilder().build();
    }

    /**
     * Starts a revalidator with the site's tag table and stored pages, for a test that adds a renderer or a tag index.
     *
     * @return a builder on this site
     */
    public Revalidator.Builder revalidatorBuilder() {
        return revalidatorBuilder(UnaryOperator.identity());
    }

    /**
     * Starts a revalidator with the site's tag table and stored pages, for a test that sets how distributions are cleared.
     *
     * <pre>{@code
     * site.revalidatorBuilder(clearing -> clearing.policy(PlanPolicy.noCollateral()).knownUrls(site::urlIndex)).build()
     * }</pre>
     *
     * @param settings changes the clearing of each distribution
     * @return a builder on this site
     */
    public Revalidator.Builder revalidatorBuilder(UnaryOperator<Clearing.Builder> settings) {
        Objects.requireNonNull(settings, "settings");
        InvalidationSubmitter submitter = submitter();
        List<Clearing> clearings = distributions().stream()
                .map(each -> settings.apply(clearingBuilder(submitter, each)).build())
                .toList();
        Revalidator.Builder builder = Revalidator.builder(site(), clearings.get(0))
                .tagCache(tagCache(), mode)
                .marks(markPolicy)
                .cache(incrementalCache());
        clearings.stream().skip(1).forEach(builder::clearing);
        if (cacheTagHeader() == null) {
            return builder;
        }
        return hasPageTags()
                ? builder.pageTags(PageTags.ofAllPages())
                : builder.cdnTags(tag -> CdnTag.hashOf(tag.value()));
    }

    private Clearing.Builder clearingBuilder(InvalidationSubmitter submitter, DistributionId by) {
        Clearing.Builder clearing = Clearing.builder(submitter, by).ledger(ledger());
        String header = cacheTagHeader();
        return header == null ? clearing : clearing.cacheTags(header, Instant.EPOCH);
    }

    /**
     * Returns a drainer of the site's {@linkplain #outbox() outbox}, for code that accepts changes now and clears the CDN later.
     *
     * <pre>{@code
     * OutboxDrainer drainer = site.drainer();
     * drainer.accept(Change.tag("products"));
     * drainer.flush(Duration.ofMinutes(5));               // or site.clock().advance(...) and drainer.drainWhenDue()
     * }</pre>
     *
     * @return a new drainer for all distributions of the site; it may be used together with others, as on several machines
     */
    public OutboxDrainer drainer() {
        return drainerBuilder().build();
    }

    /**
     * Starts a drainer of the site's outbox with {@link #revalidator()}, for a test that adds a policy or a listener.
     *
     * @return a builder on this site's outbox
     */
    public OutboxDrainer.Builder drainerBuilder() {
        return OutboxDrainer.builder(outbox(), revalidator());
    }

    private InvalidationSubmitter submitter() {
        return InvalidationSubmitter.builder(cloudFront(), new Ambient(clock(), this::pause, random))
                .build();
    }

    /**
     * Moves the clock instead of waiting; a {@link io.purgewise.cdn.Ambient.Pause} for parts that a test wires itself.
     *
     * <p>As real waiting does, it takes a little longer than asked, here a millisecond. So the clock does not stop on a whole
     * second after every revalidation, where a page that is stored and marked at once would count as newer than its mark.
     *
     * @param duration how long
     */
    public void pause(Duration duration) {
        Objects.requireNonNull(duration, "duration");
        clock().advance(duration.plusMillis(1));
    }

    /**
     * Lists the URLs of all pages, for a revalidator that is to know them.
     *
     * @return an index of them, each of weight 1
     */
    public UrlIndex urlIndex() {
        TreeSet<String> urls = new TreeSet<>();
        stored.all().forEach(page -> urls.addAll(server().urlsOf(page)));
        return UrlIndex.of(urls);
    }

    private record PageWithTags(Page page, List<String> tags) {}

    /** Collects the settings of a site; each {@link #build} makes a fresh one. This class is not thread-safe. */
    public static final class Builder {

        final Site site;
        private final List<PageWithTags> pages = new ArrayList<>();
        TagCacheMode mode = TagCacheMode.ORIGINAL;
        private MarkPolicy markPolicy = MarkPolicy.EXPIRE;
        FakeQuotas quotas = FakeQuotas.inProgress();
        DistributionId distribution = DistributionId.of("E1SITE");
        final Set<DistributionId> others = new LinkedHashSet<>();

        @Nullable
        String cacheTagHeader;

        boolean pageTags;

        Duration indexLag = Duration.ofSeconds(1);
        Instant start = Instant.parse("2026-11-23T09:00:00.400Z");
        long seed = 1;

        private Builder(Site site) {
            this.site = site;
        }

        /**
         * Adds a page.
         *
         * @param router what serves it
         * @param path its path in the form of {@link Page#path()}
         * @param tags its cache tags; none for the Pages Router
         * @return this builder
         * @throws IllegalArgumentException if {@code path} is no page path
         */
        public Builder page(Router router, String path, String... tags) {
            Objects.requireNonNull(tags, "tags");
            return page(Page.of(router, path), tags);
        }

        /**
         * Adds a page.
         *
         * @param page the page
         * @param tags its cache tags; none for the Pages Router
         * @return this builder
         */
        public Builder page(Page page, String... tags) {
            Objects.requireNonNull(page, "page");
            Objects.requireNonNull(tags, "tags");
            pages.add(new PageWithTags(page, List.of(tags)));
            return this;
        }

        /**
         * Sets how the site uses its tag table.
         *
         * @param mode the mode; default {@link TagCacheMode#ORIGINAL}
         * @return this builder
         */
        public Builder mode(TagCacheMode mode) {
            Objects.requireNonNull(mode, "mode");
            this.mode = mode;
            return this;
        }

        /**
         * Sets what marks mean.
         *
         * @param markPolicy the policy; default {@link MarkPolicy#EXPIRE}
         * @return this builder
         */
        public Builder markPolicy(MarkPolicy markPolicy) {
            Objects.requireNonNull(markPolicy, "markPolicy");
            this.markPolicy = markPolicy;
            return this;
        }

        /**
         * Sets what the CDN allows.
         *
         * @param quotas the quotas; default {@link FakeQuotas#inProgress()}
         * @return this builder
         */
        public Builder quotas(FakeQuotas quotas) {
            Objects.requireNonNull(quotas, "quotas");
            this.quotas = quotas;
            return this;
        }

        /**
         * Sets the distribution in front of the site.
         *
         * @param distribution the ID; default {@code E1SITE}
         * @return this builder
         */
        public Builder distribution(DistributionId distribution) {
            Objects.requireNonNull(distribution, "distribution");
            this.distribution = distribution;
            return this;
        }

        /**
         * Adds a distribution with an edge of its own in front of the same site.
         *
         * @param other the ID
         * @return this builder
         */
        public Builder alsoServedBy(DistributionId other) {
            Objects.requireNonNull(other, "other");
            others.add(other);
            return this;
        }

        /**
         * Lets the server send each page's tags to the CDN, encoded by {@link CdnTag#headerOfHashes}, and every distribution read
         * them.
         *
         * @param header the header's name, such as {@code x-site-tags}; default none, and tags clear nothing
         * @return this builder
         */
        public Builder cacheTagHeader(String header) {
            Objects.requireNonNull(header, "header");
            this.cacheTagHeader = header;
            this.pageTags = false;
            return this;
        }

        /**
         * Lets the server send a tag with each page that names it, as the rules of {@link PageTags} do, and every distribution
         * read them.
         *
         * @param header the header's name, such as {@code x-page-tags}
         * @return this builder
         */
        public Builder pageTagHeader(String header) {
            cacheTagHeader(header);
            this.pageTags = true;
            return this;
        }

        /**
         * Sets how long servers miss a mark, since they read the table's index.
         *
         * @param indexLag the lag; default 1 second, what a {@link Revalidator} reckons with
         * @return this builder
         */
        public Builder indexLag(Duration indexLag) {
            Objects.requireNonNull(indexLag, "indexLag");
            this.indexLag = indexLag;
            return this;
        }

        /**
         * Sets when the site is built.
         *
         * @param start the time; default a fixed one, not on a whole second
         * @return this builder
         */
        public Builder startingAt(Instant start) {
            Objects.requireNonNull(start, "start");
            this.start = start;
            return this;
        }

        /**
         * Sets what all chances come from.
         *
         * @param seed the seed; default 1
         * @return this builder
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Builds the site; call it again for another one with the same settings.
         *
         * @return a site whose pages are rendered and whose edge is empty
         * @throws IllegalArgumentException if a page does not fit the site
         */
        public SiteInMemory build() {
            return new SiteInMemory(this);
        }
    }
}
