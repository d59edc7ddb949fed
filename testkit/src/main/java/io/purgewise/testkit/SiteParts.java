package io.purgewise.testkit;

import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.UsageLedger;
import io.purgewise.outbox.Outbox;
import io.purgewise.site.Site;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Wires the parts of a site in memory, and hands them out. Thread-safe. */
abstract class SiteParts {

    private final Site site;
    private final DistributionId distribution;
    private final @Nullable String cacheTagHeader;
    private final boolean pageTags;
    private final ManualClock clock;
    private final InMemoryTagCache table = InMemoryTagCache.create();
    private final InMemoryIncrementalCache pages = InMemoryIncrementalCache.create();
    private final FlakyTagCache tagCache;
    private final FlakyIncrementalCache incrementalCache;
    private final FakeOpenNext server;
    private final FlakyPageRenderer renderer;
    private final Map<DistributionId, EdgeCache> edges = new LinkedHashMap<>();
    private final FakeCloudFront cloudFront;
    private final Outbox outbox;
    private final UsageLedger ledger = UsageLedger.inMemory();

    SiteParts(SiteInMemory.Builder builder) {
        site = builder.site;
        distribution = builder.distribution;
        cacheTagHeader = builder.cacheTagHeader;
        pageTags = builder.pageTags;
        clock = ManualClock.startingAt(builder.start);
        outbox = Outbox.inMemory(clock);
        LaggingTagCache lagging = LaggingTagCache.of(table, clock, builder.indexLag);
        tagCache = FlakyTagCache.of(lagging, builder.seed + 1);
        incrementalCache = FlakyIncrementalCache.of(pages, builder.seed + 2);
        server = FakeOpenNext.of(site, lagging, builder.mode, clock);
        server.sendTagsIn(builder.cacheTagHeader, builder.pageTags);
        renderer = FlakyPageRenderer.of(server, builder.seed + 3);
        FakeCloudFront.Builder account = FakeCloudFront.builder(clock).quotas(builder.quotas);
        serve(account, distribution, builder.cacheTagHeader);
        builder.others.forEach(other -> serve(account, other, builder.cacheTagHeader));
        cloudFront = account.build();
        edges.forEach(cloudFront::attach);
    }

    private void serve(FakeCloudFront.Builder account, DistributionId by, @Nullable String cacheTagHeader) {
        EdgeCache.Builder edge = EdgeCache.builder(server::answer, clock)
                .queryStringsInKey(site.queryStringsInCacheKey())
                .keyHeaders("rsc", "next-router-prefetch", "next-router-state-tree", "next-url");
        if (cacheTagHeader == null) {
            account.distribution(by);
            edges.put(by, edge.build());
        } else {
            account.distribution(by, cacheTagHeader);
            edges.put(by, edge.cacheTagHeader(cacheTagHeader).build());
        }
    }

    /**
     * Returns the description of the site.
     *
     * @return the site
     */
    public Site site() {
        return site;
    }

    /**
     * Returns the clock of all parts.
     *
     * @return the clock, a minute after the site was built
     */
    public ManualClock clock() {
        return clock;
    }

    /**
     * Returns the rows of the tag table, without lag and faults.
     *
     * @return the table
     */
    public InMemoryTagCache table() {
        return table;
    }

    /**
     * Returns the tag table as the revalidator sees it; faults are set here.
     *
     * @return the table, whose index lags for servers
     */
    public FlakyTagCache tagCache() {
        return tagCache;
    }

    /**
     * Returns what is stored of pages, without faults.
     *
     * @return the store
     */
    public InMemoryIncrementalCache pages() {
        return pages;
    }

    /**
     * Returns the stored pages as the revalidator sees them; faults are set here.
     *
     * @return the store
     */
    public FlakyIncrementalCache incrementalCache() {
        return incrementalCache;
    }

    /**
     * Returns the server behind the edge.
     *
     * @return the server
     */
    public FakeOpenNext server() {
        return server;
    }

    /**
     * Returns the server's on-demand rendering; faults are set here. No revalidator uses it unless a test says so.
     *
     * @return the renderer
     */
    public FlakyPageRenderer renderer() {
        return renderer;
    }

    /**
     * Returns the cache in front of the server, that of the first distribution if there are several.
     *
     * @return the edge
     */
    public EdgeCache edge() {
        return edge(distribution);
    }

    /**
     * Returns a distribution's cache.
     *
     * @param of one of the site's distributions
     * @return its edge
     * @throws IllegalArgumentException if it is none of the site's
     */
    public EdgeCache edge(DistributionId of) {
        EdgeCache edge = edges.get(of);
        if (edge == null) {
            throw new IllegalArgumentException("the site is not served by " + of + ", only by " + edges.keySet());
        }
        return edge;
    }

    /**
     * Returns where accepted changes wait for a drainer.
     *
     * @return the outbox
     */
    public Outbox outbox() {
        return outbox;
    }

    /**
     * Returns what drainers count the paths of the account in.
     *
     * @return the ledger; {@link #cloudFront()} has the bill
     */
    public UsageLedger ledger() {
        return ledger;
    }

    /**
     * Returns the CDN's invalidation side; faults are set here.
     *
     * @return the fake account
     */
    public FakeCloudFront cloudFront() {
        return cloudFront;
    }

    /**
     * Returns the distribution in front of the site, the first if there are several.
     *
     * @return its ID
     */
    public DistributionId distribution() {
        return distribution;
    }

    /** Returns all distributions, the first one first. */
    List<DistributionId> distributions() {
        return List.copyOf(edges.keySet());
    }

    /** Tells whether the site's cache tags name its pages. */
    boolean hasPageTags() {
        return pageTags;
    }

    /** Returns the header of the site's cache tags; null if it sends none. */
    @Nullable
    String cacheTagHeader() {
        return cacheTagHeader;
    }
}
