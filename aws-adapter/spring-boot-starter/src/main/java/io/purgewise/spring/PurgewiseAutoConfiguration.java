package io.purgewise.spring;

import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.aws.DynamoOutbox;
import io.purgewise.aws.DynamoTagCache;
import io.purgewise.aws.PurgewiseTable;
import io.purgewise.cache.TagCache;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DrainPolicy;
import io.purgewise.cdn.InMemoryOutbox;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.cdn.Outbox;
import io.purgewise.cdn.OutboxDrainer;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.Site;
import io.purgewise.spring.PurgewiseProperties.OutboxType;
import java.security.SecureRandom;
import java.time.InstantSource;
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
        return InvalidationSubmitter.builder(new CloudFrontCdn(cloudFront), ambient)
                .listener(listeners.orderedStream().reduce(CdnListener.NONE, CdnListener::and))
                .patience(properties.outbox().patience())
                .build();
    }

    @Bean
    @ConditionalOnMissingBean
    OutboxDrainer drainer(Outbox outbox, InvalidationSubmitter submitter, PurgewiseProperties properties) {
        return OutboxDrainer.builder(outbox, submitter, properties.distributions())
                .policy(DrainPolicy.ofDefaults()
                        .withWindow(
                                properties.outbox().quietWindow(),
                                Objects.requireNonNull(properties.outbox().maxDelay())))
                .build();
    }

    @Bean
    @ConditionalOnMissingBean
    Revalidator revalidator(
            Site site, TagCache table, InvalidationSubmitter submitter, PurgewiseProperties properties) {
        return Revalidator.builder(
                        site,
                        Clearing.builder(submitter, properties.distributions().get(0))
                                .build())
                .tagCache(table)
                .build();
    }

    @Bean
    DrainerLifecycle drainerLifecycle(
            OutboxDrainer drainer, PurgewiseProperties properties, Ambient ambient, ApplicationEventPublisher events) {
        return new DrainerLifecycle(drainer, properties.outbox().shutdownLimit(), ambient.clock(), events);
    }
}
