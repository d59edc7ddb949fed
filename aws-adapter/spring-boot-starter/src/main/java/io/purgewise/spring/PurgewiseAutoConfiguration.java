package io.purgewise.spring;

import io.purgewise.aws.DynamoOutbox;
import io.purgewise.aws.HttpRevalidationEndpoint;
import io.purgewise.aws.PurgewiseAws;
import io.purgewise.aws.PurgewiseTable;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.FreshnessProbe;
import io.purgewise.outbox.DrainPolicy;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.outbox.OutboxListener;
import io.purgewise.revalidate.RevalidationEndpoint;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.spring.PurgewiseProperties.OutboxType;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Wires Purgewise; a bean of the service's own replaces any of these. AWS clients take region and credentials from the environment, as
 * all AWS SDKs do, unless the service has such clients.
 */
@AutoConfiguration
@EnableConfigurationProperties({PurgewiseProperties.class, MarkProperties.class})
@ConditionalOnBooleanProperty(name = "purgewise.enabled", matchIfMissing = true)
public final class PurgewiseAutoConfiguration {

    /** How long a drain is looked after at the most, from the CDN's acceptance on. */
    private static final Duration LONGEST_LOOK = Duration.ofMinutes(2);

    PurgewiseAutoConfiguration() {}

    @Bean
    @Lazy
    @ConditionalOnMissingBean
    DynamoDbClient dynamoDbClient() {
        return DynamoDbClient.builder()
                .region(defaultRegion())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    @Bean
    @Lazy
    @ConditionalOnMissingBean
    S3Client s3Client(PurgewiseProperties properties) {
        String region = properties.bucketRegion();
        return S3Client.builder()
                .region(region == null ? defaultRegion() : Region.of(region))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** CloudFront is one service a partition, with an endpoint in one region: Ningxia in China, Virginia elsewhere. */
    @Bean
    @Lazy
    @ConditionalOnMissingBean
    CloudFrontClient cloudFrontClient() {
        boolean china = defaultRegion().id().startsWith("cn-");
        return CloudFrontClient.builder()
                .region(china ? Region.CN_NORTHWEST_1 : Region.US_EAST_1)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    private static Region defaultRegion() {
        try {
            return DefaultAwsRegionProviderChain.builder().build().getRegion();
        } catch (SdkClientException none) {
            throw new MissingSettingException(
                    "no AWS region is set", "set AWS_REGION, or region in the profile of AWS_PROFILE");
        }
    }

    /** Asks the site to mark its caches, where the properties name its replicas. */
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("purgewise.mark.replicas")
    RevalidationEndpoint revalidationEndpoint(MarkProperties mark) {
        HttpRevalidationEndpoint.Builder builder = HttpRevalidationEndpoint.builder(
                        HttpClient.newHttpClient(), mark.replicas())
                .timeout(mark.timeout());
        if (mark.secret() != null) {
            builder.secret(mark.header(), mark.secret());
        }
        if (mark.signingKey() != null) {
            builder.signed(mark.signatureHeader(), mark.signingKey());
        }
        return builder.build();
    }

    /** Connects with the site; not asked for where the service has a {@link Revalidator} of its own that needs none. */
    @Bean
    @Lazy
    @ConditionalOnMissingBean
    PurgewiseAws purgewiseAws(
            PurgewiseProperties properties,
            ObjectProvider<SiteCustomizer> site,
            ObjectProvider<CdnListener> listeners,
            ObjectProvider<RevalidationEndpoint> endpoint,
            DynamoDbClient dynamoDb,
            S3Client s3,
            CloudFrontClient cloudFront) {
        PurgewiseAws.Builder builder = PurgewiseAws.builder()
                .clients(dynamoDb, s3, cloudFront)
                .bucket(PurgewiseProperties.required(properties.bucket(), "bucket", "OpenNext's bucket"))
                .keyPrefix(properties.bucketPrefix())
                .basePath(properties.basePath())
                .mode(properties.mode())
                .site(described -> {
                    site.orderedStream().forEach(customizer -> customizer.customize(described));
                    return described;
                });
        endpoint.ifAvailable(builder::endpoint);
        if (properties.tagTable() != null || endpoint.getIfAvailable() == null) {
            builder.table(PurgewiseProperties.required(properties.tagTable(), "tag-table", "OpenNext's table"));
        }
        if (properties.distributions().isEmpty()) {
            throw new MissingSettingException(
                    "purgewise.distributions is not set", "set it to the IDs of the site's CloudFront distributions");
        }
        properties.distributions().forEach(builder::distribution);
        listeners.orderedStream().forEach(builder::listener);
        if (properties.buildId() != null) {
            builder.buildId(properties.buildId());
        }
        PurgewiseProperties.PageTags pageTags = properties.pageTags();
        if (pageTags.header() != null && pageTags.since() != null) {
            builder.pageTags(pageTags.header(), pageTags.since());
        }
        return builder.build();
    }

    @Bean
    @ConditionalOnMissingBean
    Revalidator revalidator(PurgewiseAws aws, ObjectProvider<FreshnessProbe> probe) {
        FreshnessProbe asks = probe.getIfAvailable();
        return asks == null
                ? aws.revalidator()
                : aws.revalidatorBuilder(clearing -> clearing.probe(asks)).build();
    }

    @Bean
    @ConditionalOnMissingBean
    Outbox outbox(PurgewiseProperties properties, ObjectProvider<DynamoDbClient> dynamoDb) {
        PurgewiseProperties.Outbox settings = properties.outbox();
        if (settings.type() == OutboxType.MEMORY) {
            return Outbox.inMemory(InstantSource.system());
        }
        PurgewiseTable table = new PurgewiseTable(
                PurgewiseProperties.required(settings.table(), "outbox.table", "Purgewise's own table"));
        table.check(dynamoDb.getObject());
        return DynamoOutbox.of(
                dynamoDb.getObject(),
                table,
                settings.name(),
                InstantSource.system(),
                duration -> Thread.sleep(duration.toMillis()));
    }

    @Bean
    @ConditionalOnMissingBean
    OutboxDrainer outboxDrainer(
            Outbox outbox,
            Revalidator revalidator,
            PurgewiseProperties properties,
            ObjectProvider<OutboxListener> listeners) {
        OutboxDrainer.Builder builder = OutboxDrainer.builder(outbox, revalidator)
                .policy(DrainPolicy.builder()
                        .window(
                                properties.outbox().quietWindow(),
                                properties.outbox().longestDelay())
                        .build())
                .leaseKeeper(OutboxLifecycle::onDaemon);
        listeners.orderedStream().forEach(builder::listener);
        // Whoever gives a probe wants to know what readers get.
        if (revalidator.clearings().stream().anyMatch(Clearing::hasProbe)) {
            builder.looking(Executors.newSingleThreadExecutor(OutboxLifecycle::looking), LONGEST_LOOK);
        }
        return builder.build();
    }

    @Bean
    OutboxLifecycle purgewiseOutboxLifecycle(OutboxDrainer drainer, PurgewiseProperties properties) {
        return new OutboxLifecycle(drainer, properties.outbox().shutdownLimit());
    }
}
