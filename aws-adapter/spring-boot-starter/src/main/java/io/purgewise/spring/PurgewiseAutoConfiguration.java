package io.purgewise.spring;

import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.aws.DynamoOutbox;
import io.purgewise.aws.DynamoTagCache;
import io.purgewise.aws.PurgewiseTable;
import io.purgewise.cache.TagCache;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.DrainPolicy;
import io.purgewise.outbox.InMemoryOutbox;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.outbox.OutboxListener;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.Site;
import io.purgewise.spring.PurgewiseProperties.OutboxType;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Wires Purgewise; a bean of the application's own replaces any of these. */
@AutoConfiguration
@EnableConfigurationProperties(PurgewiseProperties.class)
@ConditionalOnBooleanProperty(name = "purgewise.enabled", matchIfMissing = true)
public final class PurgewiseAutoConfiguration {

    PurgewiseAutoConfiguration() {}

    /** Takes region and credentials from the environment, as all AWS SDKs do. */
    @Bean
    @ConditionalOnMissingBean
    DynamoDbClient dynamoDbClient() {
        return DynamoDbClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    @Bean
    @ConditionalOnMissingBean
    CloudFrontClient cloudFrontClient() {
        return CloudFrontClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** Tells the time, waits and draws lots as the system does. */
    @Bean
    @ConditionalOnMissingBean
    Ambient ambient() {
        return new Ambient(InstantSource.system(), duration -> Thread.sleep(duration.toMillis()), new SecureRandom());
    }

    @Bean
    @ConditionalOnMissingBean
    Site site(PurgewiseProperties properties) {
        return Site.builder(properties.buildId()).build();
    }

    @Bean
    @ConditionalOnMissingBean
    TagCache tagCache(DynamoDbClient dynamoDb, PurgewiseProperties properties) {
        return DynamoTagCache.builder(dynamoDb, properties.tagTable()).build();
    }

    @Bean
    @ConditionalOnMissingBean
    Outbox outbox(ObjectProvider<DynamoDbClient> dynamoDb, PurgewiseProperties properties, Ambient ambient) {
        PurgewiseProperties.Outbox settings = properties.outbox();
        if (settings.table() == null || settings.type() == OutboxType.MEMORY) {
            return new InMemoryOutbox(ambient.clock());
        }
        PurgewiseTable table = new PurgewiseTable(settings.table());
        table.check(dynamoDb.getObject());
        return DynamoOutbox.of(dynamoDb.getObject(), table, settings.name(), ambient.clock(), ambient.pause());
    }

    @Bean
    @ConditionalOnMissingBean
    InvalidationSubmitter submitter(
            CloudFrontClient cloudFront,
            ObjectProvider<CdnListener> listeners,
            PurgewiseProperties properties,
            Ambient ambient) {
        InvalidationSubmitter.Builder builder = InvalidationSubmitter.builder(new CloudFrontCdn(cloudFront), ambient)
                .patience(properties.outbox().patience());
        listeners.orderedStream().forEach(builder::listener);
        return builder.build();
    }

    @Bean
    @ConditionalOnMissingBean
    Revalidator revalidator(
            Site site, TagCache table, InvalidationSubmitter submitter, PurgewiseProperties properties) {
        List<Clearing> clearings = properties.distributions().stream()
                .map(each -> Clearing.builder(submitter, each).build())
                .toList();
        Revalidator.Builder builder =
                Revalidator.builder(site, clearings.get(0)).tagCache(table);
        clearings.stream().skip(1).forEach(builder::clearing);
        return builder.build();
    }

    @Bean
    DrainerLifecycle.State drainerState(ApplicationEventPublisher events) {
        return new DrainerLifecycle.State(events);
    }

    @Bean
    @ConditionalOnMissingBean
    OutboxDrainer drainer(
            Outbox outbox,
            Revalidator revalidator,
            ObjectProvider<OutboxListener> listeners,
            PurgewiseProperties properties) {
        OutboxDrainer.Builder builder = OutboxDrainer.builder(outbox, revalidator)
                .policy(DrainPolicy.builder()
                        .window(
                                properties.outbox().quietWindow(),
                                Objects.requireNonNull(properties.outbox().maxDelay()))
                        .build());
        listeners.orderedStream().forEach(builder::listener);
        return builder.build();
    }

    @Bean
    DrainerLifecycle drainerLifecycle(
            OutboxDrainer drainer, PurgewiseProperties properties, DrainerLifecycle.State state) {
        return new DrainerLifecycle(drainer, properties.outbox().shutdownLimit(), state);
    }
}
