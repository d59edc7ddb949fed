package io.purgewise.aws;

import io.purgewise.cache.BuildIds;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagIndex;
import io.purgewise.cache.UnknownBuildException;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.plan.UrlIndex;
import io.purgewise.revalidate.RevalidationEndpoint;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.PageTags;
import io.purgewise.site.Site;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Connects with one OpenNext site on AWS: the front door, for those who have no reason to put the parts together themselves.
 *
 * <pre>{@code
 * try (PurgewiseAws purgewise = PurgewiseAws.fromEnvironment()) {
 *     purgewise.revalidator().revalidate(Change.tag("product:7")).orThrow();
 * }
 * }</pre>
 *
 * <p>It supplies the system's clock, sleep and randomness; follows deploys by the build ID that each leaves in the bucket; and
 * lists the site's own pages in the background, so that the planner knows what a wildcard would evict. Every part can be taken
 * out and used with core's own builders.
 *
 * <p>Clients that were given stay open; those that were made from the AWS default chain are closed with this object, and need
 * an HTTP client of the SDK on the class path, such as {@code url-connection-client}. Instances are thread-safe; one for the
 * life of a process is meant.
 */
public final class PurgewiseAws implements AutoCloseable {

    /** How long an answer about the deployed build holds. */
    private static final Duration BUILD_LIFETIME = Duration.ofMinutes(1);

    /** How long servers of a replaced build may go on answering. */
    private static final Duration DEPLOY_GRACE = Duration.ofMinutes(10);

    private static final int TABLE_CALLS = 32;

    private final SiteClients clients;
    private final @Nullable String table;
    private final @Nullable RevalidationEndpoint endpoint;
    private final String bucket;
    private final TagCacheMode mode;
    private final S3IncrementalCache pages;
    private final BuildIds buildIds;
    private final Site site;
    private final Ambient ambient;
    private final List<DistributionId> distributions;
    private final InvalidationSubmitter submitter;
    private final ListedUrls knownUrls;
    private final @Nullable PageTagSettings pageTags;
    private final ExecutorService tableCalls = Executors.newFixedThreadPool(TABLE_CALLS, PurgewiseAws::daemon);
    private final ExecutorService listing = Executors.newSingleThreadExecutor(PurgewiseAws::daemon);
    private final Revalidator revalidator;

    private PurgewiseAws(Builder builder, SiteClients clients) {
        this.clients = clients;
        endpoint = builder.endpoint;
        table = endpoint == null ? builder.table() : builder.table;
        bucket = builder.bucket();
        mode = builder.mode;
        distributions = List.copyOf(builder.distributions);
        ambient =
                new Ambient(InstantSource.system(), duration -> Thread.sleep(duration.toMillis()), new SecureRandom());
        pages = S3IncrementalCache.of(clients.s3(), bucket, builder.keyPrefix).withCallsOn(tableCalls, TABLE_CALLS);
        BuildId fixed = builder.buildId;
        BuildIds followed = builder.deployedBuilds(clients);
        BuildId next = fixed == null ? followed.at(ambient.clock().instant()).current() : fixed;
        site = builder.site.apply(Site.builder(next).basePath(builder.basePath)).build();
        buildIds = fixed == null ? followed : BuildIds.fixed(site.cacheBuildId());
        if (fixed != null && pages.list(site.cacheBuildId(), null).entries().isEmpty()) {
            throw new UnknownBuildException(
                    site.cacheBuildId().value(),
                    "nothing of it is stored in bucket " + bucket + " below " + builder.keyPrefix
                            + "; leave the build ID out to follow deploys");
        }
        InvalidationSubmitter.Builder submitting =
                InvalidationSubmitter.builder(new CloudFrontCdn(clients.cloudFront()), ambient);
        builder.listeners.forEach(submitting::listener);
        submitter = submitting.build();
        pageTags = builder.pageTags;
        knownUrls = new ListedUrls(this::list, ambient.clock(), builder.listingLifetime, listing);
        revalidator = revalidatorBuilder().build();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "purgewise");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Connects as OpenNext's own variables say: {@code CACHE_DYNAMO_TABLE}, {@code CACHE_BUCKET_NAME},
     * {@code CACHE_BUCKET_KEY_PREFIX} (default {@code _cache}), {@code CACHE_BUCKET_REGION}, and
     * {@code CLOUDFRONT_DISTRIBUTION_ID} (several with commas between); region and credentials as for every AWS SDK.
     *
     * @return the connection, to be closed by the caller
     * @throws IllegalArgumentException if a variable is missing or malformed; nothing was called then
     * @throws io.purgewise.cache.CacheAccessException if the bucket cannot be read
     * @throws UnknownBuildException if no deploy left its build ID in the bucket
     */
    public static PurgewiseAws fromEnvironment() {
        return builder().environment(System.getenv()).build();
    }

    /**
     * Starts the description of a connection.
     *
     * @return a builder that names nothing yet
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the revalidator of the site, which marks, plans and clears at once.
     *
     * @return the revalidator, always the same one
     */
    public Revalidator revalidator() {
        return revalidator;
    }

    /**
     * Starts the description of another revalidator of the same site, with all that {@link #revalidator()} has: to give it a
     * renderer, for example.
     *
     * @return core's own builder
     */
    public Revalidator.Builder revalidatorBuilder() {
        return revalidatorBuilder(UnaryOperator.identity());
    }

    /**
     * Starts the description of another revalidator of the same site whose distributions are cleared otherwise: with another
     * policy, a budget, cache tags.
     *
     * @param settings changes what {@link #clearingBuilder} makes for each distribution
     * @return core's own builder
     */
    public Revalidator.Builder revalidatorBuilder(UnaryOperator<Clearing.Builder> settings) {
        Objects.requireNonNull(settings, "settings");
        List<Clearing> clearings = distributions.stream()
                .distinct()
                .map(each -> settings.apply(clearingBuilder(each)).build())
                .toList();
        Revalidator.Builder builder =
                Revalidator.builder(site, clearings.get(0)).cache(pages).buildIds(buildIds);
        if (table != null) {
            builder.tagCache(tagCache(), mode);
        }
        if (endpoint != null) {
            builder.endpoint(endpoint);
        }
        clearings.stream().skip(1).forEach(builder::clearing);
        if (pageTags != null) {
            builder.pageTags(PageTags.ofAllPages());
        }
        if (table == null || !mode.listsEntries()) {
            // Without a table, and in next mode, the tags of pages are kept with the pages alone.
            builder.tagIndex(build -> TagIndex.empty(build).refreshed(pages, Integer.MAX_VALUE, step -> {}));
        }
        return builder;
    }

    /**
     * Starts the description of how a distribution is cleared, with the submitter and the known URLs of this connection.
     *
     * @param distribution the distribution
     * @return core's own builder
     */
    public Clearing.Builder clearingBuilder(DistributionId distribution) {
        Objects.requireNonNull(distribution, "distribution");
        Clearing.Builder clearing = Clearing.builder(submitter, distribution).knownUrls(knownUrls);
        return pageTags == null ? clearing : clearing.cacheTags(pageTags.header(), pageTags.since());
    }

    /**
     * Is what was said of page tags.
     *
     * @param header the header that carries them
     * @param since from when on every cached object carries its tag
     */
    private record PageTagSettings(String header, Instant since) {}

    /**
     * Returns an outbox in Purgewise's own table, for {@link OutboxDrainer#builder}. All instances that give the same name share it.
     *
     * @param table the name or ARN of Purgewise's own table, made by {@code purgewise table} or {@link PurgewiseTable#create}
     * @param name tells the outboxes of one table from each other, such as {@code shop}
     * @return the port on DynamoDB
     * @throws IllegalArgumentException if DynamoDB allows no table of that name, or {@code name} is malformed
     */
    public DynamoOutbox outbox(String table, String name) {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(name, "name");
        return DynamoOutbox.of(clients.dynamo(), new PurgewiseTable(table), name, ambient.clock(), ambient.pause());
    }

    /**
     * Returns the ledger of an account in Purgewise's own table: the paths of the month, for {@link Clearing.Builder#ledger}.
     *
     * @param table the name or ARN of Purgewise's own table
     * @param account names the AWS account in the table, such as its 12 digits
     * @return the port on DynamoDB
     * @throws IllegalArgumentException if DynamoDB allows no table of that name, or {@code account} is malformed
     */
    public DynamoUsageLedger ledger(String table, String account) {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(account, "account");
        return new DynamoUsageLedger(clients.dynamo(), new PurgewiseTable(table), account, ambient.pause());
    }

    /**
     * Returns the site, of the build that was live when this object was made; the revalidator follows deploys.
     *
     * @return the site
     */
    public Site site() {
        return site;
    }

    /**
     * Returns the tag table.
     *
     * @return the port on DynamoDB
     * @throws IllegalStateException if none was named
     */
    public DynamoTagCache tagCache() {
        if (table == null) {
            throw new IllegalStateException("no table was named: the site marks its caches itself");
        }
        return DynamoTagCache.builder(clients.dynamo(), table)
                .executor(tableCalls)
                .build();
    }

    /**
     * Returns where pages are stored.
     *
     * @return the port on S3
     */
    public S3IncrementalCache pages() {
        return pages;
    }

    /**
     * Returns which builds are live: what the last deploy left in the bucket, unless a build ID was fixed.
     *
     * @return the source
     */
    public BuildIds buildIds() {
        return buildIds;
    }

    /**
     * Returns the site's own pages as known URLs: unknown until they were listed for the first time, then refreshed in the
     * background.
     *
     * @return the source, which never waits
     */
    public Supplier<UrlIndex> knownUrls() {
        return knownUrls;
    }

    /**
     * Returns what submits invalidations.
     *
     * @return the submitter
     */
    public InvalidationSubmitter submitter() {
        return submitter;
    }

    /**
     * Looks whether everything is in place and may be used, and says in plain words what is wrong. Nothing is written.
     *
     * @return what was found
     */
    public Diagnosis verify() {
        return new SiteCheck(clients, table, bucket, mode, pages, buildIds, ambient.clock(), distributions).diagnosis();
    }

    private UrlIndex list() {
        BuildIds.Live live = buildIds.at(ambient.clock().instant());
        return KnownUrls.ofPages(
                pages, live.current(), site.withBuilds(live.current(), live.retiring()), listed -> {}, ListedUrls.MOST);
    }

    /** Ends what goes on in the background and closes the clients that this object made. */
    @Override
    public void close() {
        knownUrls.close();
        listing.shutdownNow();
        tableCalls.shutdown();
        clients.close();
    }

    /** Collects the parts of a connection. This class is not thread-safe. */
    public static final class Builder {

        private final Set<DistributionId> distributions = new LinkedHashSet<>();
        private final SiteClients.Given given = new SiteClients.Given();
        private @Nullable String table;
        private @Nullable RevalidationEndpoint endpoint;
        private @Nullable String bucket;
        private String keyPrefix = "_cache";
        private String basePath = "";
        private TagCacheMode mode = TagCacheMode.ORIGINAL;
        private @Nullable BuildId buildId;
        private UnaryOperator<Site.Builder> site = UnaryOperator.identity();
        private final List<CdnListener> listeners = new ArrayList<>();
        private Duration listingLifetime = Duration.ofMinutes(10);
        private @Nullable PageTagSettings pageTags;

        private Builder() {}

        /**
         * Takes what OpenNext's own variables say, as {@link PurgewiseAws#fromEnvironment} does; what is not set there stays
         * as it is.
         *
         * @param variables names and values
         * @return this builder
         * @throws IllegalArgumentException if a value is malformed
         */
        public Builder environment(Map<String, String> variables) {
            Objects.requireNonNull(variables, "variables");
            SiteEnvironment environment = new SiteEnvironment(variables);
            environment.table().ifPresent(this::table);
            environment.bucket().ifPresent(this::bucket);
            environment.keyPrefix().ifPresent(this::keyPrefix);
            environment.distributions().forEach(this::distribution);
            given.environment(environment);
            return this;
        }

        /**
         * Names OpenNext's tag table.
         *
         * @param table the table's name or ARN
         * @return this builder
         */
        public Builder table(String table) {
            this.table = Objects.requireNonNull(table, "table");
            return this;
        }

        /**
         * Has the site mark its caches itself; a table need not be named then. Where there is none, pages of a tag are found by
         * reading the stored pages.
         *
         * @param endpoint the site, such as an {@link HttpRevalidationEndpoint}
         * @return this builder
         */
        public Builder endpoint(RevalidationEndpoint endpoint) {
            this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
            return this;
        }

        /**
         * Names OpenNext's cache bucket.
         *
         * @param bucket the bucket
         * @return this builder
         */
        public Builder bucket(String bucket) {
            this.bucket = Objects.requireNonNull(bucket, "bucket");
            return this;
        }

        /**
         * Sets where in the bucket pages are kept.
         *
         * @param keyPrefix {@code CACHE_BUCKET_KEY_PREFIX}; default {@code _cache}
         * @return this builder
         */
        public Builder keyPrefix(String keyPrefix) {
            this.keyPrefix = Objects.requireNonNull(keyPrefix, "keyPrefix");
            return this;
        }

        /**
         * Adds a distribution in front of the site; at least one is needed.
         *
         * @param distribution the distribution
         * @return this builder
         */
        public Builder distribution(DistributionId distribution) {
            distributions.add(Objects.requireNonNull(distribution, "distribution"));
            return this;
        }

        /**
         * Sets which tag cache the site's servers read.
         *
         * @param mode default {@link TagCacheMode#ORIGINAL}
         * @return this builder
         */
        public Builder mode(TagCacheMode mode) {
            this.mode = Objects.requireNonNull(mode, "mode");
            return this;
        }

        /**
         * Sets {@code basePath} of {@code next.config}, below which the build ID is found too.
         *
         * @param basePath empty, the default, or starting with a slash
         * @return this builder
         */
        public Builder basePath(String basePath) {
            this.basePath = Objects.requireNonNull(basePath, "basePath");
            return this;
        }

        /**
         * Describes the site further: its locales, rewrites, trailing slashes, a cache build ID.
         *
         * @param description changes the builder that it is given, which has the build ID and the base path, and returns it
         * @return this builder
         */
        public Builder site(UnaryOperator<Site.Builder> description) {
            this.site = Objects.requireNonNull(description, "description");
            return this;
        }

        /**
         * Fixes the build instead of following deploys. It is checked once that something of it is stored.
         *
         * @param buildId the Next build ID
         * @return this builder
         */
        public Builder buildId(BuildId buildId) {
            this.buildId = Objects.requireNonNull(buildId, "buildId");
            return this;
        }

        /**
         * Declares that the site tags each page for the CDN by the rules that {@code purgewise page-tags} prints, so that a page
         * is cleared as one item. Whether the distributions read them is asked.
         *
         * @param header the header's name in these rules
         * @param since from when on every cached object carries its tag, see {@link Clearing.Builder#cacheTags}; until then pages
         *     are cleared by path
         * @return this builder
         */
        public Builder pageTags(String header, Instant since) {
            this.pageTags = new PageTagSettings(
                    Objects.requireNonNull(header, "header"), Objects.requireNonNull(since, "since"));
            return this;
        }

        /**
         * Sets how long a listing of the site's pages holds before they are listed again.
         *
         * @param lifetime positive; default 10 minutes. Listing 1,000 pages is one call; a site with more than a million
         *     entries counts as unknown
         * @return this builder
         * @throws IllegalArgumentException if {@code lifetime} is not positive
         */
        public Builder listingLifetime(Duration lifetime) {
            Objects.requireNonNull(lifetime, "lifetime");
            if (lifetime.isNegative() || lifetime.isZero()) {
                throw new IllegalArgumentException("lifetime of a listing must be positive, but was " + lifetime);
            }
            this.listingLifetime = lifetime;
            return this;
        }

        /**
         * Gives clients that the caller built and keeps; without them they are made from the AWS default chain.
         *
         * @param dynamo the client of the tag table
         * @param s3 the client of the bucket
         * @param cloudFront the client of the distributions
         * @return this builder
         */
        public Builder clients(DynamoDbClient dynamo, S3Client s3, CloudFrontClient cloudFront) {
            given.clients(
                    Objects.requireNonNull(dynamo, "dynamo"),
                    Objects.requireNonNull(s3, "s3"),
                    Objects.requireNonNull(cloudFront, "cloudFront"));
            return this;
        }

        /**
         * Adds who hears what happens on the way to the CDN.
         *
         * @param listener such as a {@link MicrometerListener}
         * @return this builder
         */
        public Builder listener(CdnListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Connects: reads the build ID, and starts to list the site's pages in the background.
         *
         * @return the connection, to be closed by the caller
         * @throws IllegalArgumentException if table, bucket or distribution is missing; nothing was called then
         * @throws io.purgewise.cache.CacheAccessException if the bucket cannot be read
         * @throws UnknownBuildException if no deploy left its build ID in the bucket, or nothing of the fixed one is stored
         */
        public PurgewiseAws build() {
            check();
            SiteClients clients = given.connect();
            try {
                PurgewiseAws connected = new PurgewiseAws(this, clients);
                connected.knownUrls.get();
                return connected;
            } catch (RuntimeException e) {
                clients.close();
                throw e;
            }
        }

        /**
         * Looks whether everything is in place, as {@link PurgewiseAws#verify} does, for when connecting fails.
         *
         * @return what was found
         * @throws IllegalArgumentException if table, bucket or distribution is missing; nothing was called then
         */
        public Diagnosis verify() {
            check();
            try (SiteClients clients = given.connect()) {
                BuildIds builds = buildId == null ? deployedBuilds(clients) : BuildIds.fixed(buildId);
                return new SiteCheck(
                                clients,
                                endpoint == null ? table() : table,
                                bucket(),
                                mode,
                                S3IncrementalCache.of(clients.s3(), bucket(), keyPrefix),
                                builds,
                                InstantSource.system(),
                                List.copyOf(distributions))
                        .diagnosis();
            }
        }

        private BuildIds deployedBuilds(SiteClients clients) {
            return BuildIds.following(S3BuildId.of(clients.s3(), bucket(), basePath), BUILD_LIFETIME, DEPLOY_GRACE);
        }

        /** Finds out what is missing before anything is called. */
        private void check() {
            if (endpoint == null) {
                table();
            }
            bucket();
            if (distributions.isEmpty()) {
                throw new IllegalArgumentException(
                        "no distribution is named: give one, or set " + SiteEnvironment.DISTRIBUTION);
            }
        }

        private String table() {
            return named(table, "table", SiteEnvironment.TABLE);
        }

        private String bucket() {
            return named(bucket, "bucket", SiteEnvironment.BUCKET);
        }

        private static String named(@Nullable String value, String what, String variable) {
            if (value == null || value.isBlank()) {
                throw new IllegalArgumentException("no " + what + " is named: give it, or set " + variable);
            }
            return value;
        }
    }
}
