package io.purgewise.examples.spring;

import io.micrometer.core.instrument.MeterRegistry;
import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.aws.DynamoOutbox;
import io.purgewise.aws.DynamoTagCache;
import io.purgewise.aws.MicrometerListener;
import io.purgewise.aws.PurgewiseTable;
import io.purgewise.cache.TagCache;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.DrainPolicy;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.cdn.Outbox;
import io.purgewise.cdn.OutboxDrainer;
import io.purgewise.cdn.Pause;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.Site;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Wires Purgewise; a bean of the application's own replaces any of these. */
@AutoConfiguration
@EnableConfigurationProperties(PurgewiseProperties.class)
@ConditionalOnMissingBean(Revalidator.class)
class PurgewiseAutoConfiguration {

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
                .region(Region.US_EAST_1)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    @Bean
    @ConditionalOnMissingBean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    @ConditionalOnMissingBean
    Pause pause() {
        return duration -> Thread.sleep(duration.toMillis());
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
    Outbox outbox(DynamoDbClient dynamoDb, PurgewiseProperties properties, InstantSource clock, Pause pause) {
        PurgewiseTable table = new PurgewiseTable(properties.table());
        table.check(dynamoDb);
        return DynamoOutbox.of(dynamoDb, table, "site", clock, pause);
    }

    @Bean
    @ConditionalOnMissingBean
    InvalidationSubmitter submitter(
            CloudFrontClient cloudFront,
            MeterRegistry meters,
            PurgewiseProperties properties,
            InstantSource clock,
            Pause pause) {
        return InvalidationSubmitter.builder(
                        new CloudFrontCdn(cloudFront), new Ambient(clock, pause, new SecureRandom()))
                .listener(new MicrometerListener(meters))
                .patience(properties.patience())
                .build();
    }

    @Bean
    @ConditionalOnMissingBean
    OutboxDrainer drainer(Outbox outbox, InvalidationSubmitter submitter, PurgewiseProperties properties) {
        Duration quiet = properties.quietWindow();
        return OutboxDrainer.builder(outbox, submitter, List.of(properties.distribution()))
                .policy(DrainPolicy.ofDefaults().withWindow(quiet, quiet.multipliedBy(5)))
                .build();
    }

    @Bean
    Revalidator revalidator(
            Site site,
            TagCache table,
            InvalidationSubmitter submitter,
            PurgewiseProperties properties,
            InstantSource clock,
            Pause pause) {
        return Revalidator.builder(site, submitter, properties.distribution())
                .tagCache(table)
                .build();
    }

    @Bean
    DrainerLifecycle drainerLifecycle(
            OutboxDrainer drainer,
            PurgewiseProperties properties,
            InstantSource clock,
            ApplicationEventPublisher events) {
        return new DrainerLifecycle(drainer, properties.flushLimit(), clock, events);
    }

    /** Is called {@code purgewise} in the health endpoint. */
    @Bean
    OutboxHealth purgewiseHealthIndicator(
            Outbox outbox, DrainerLifecycle drainer, PurgewiseProperties properties, InstantSource clock) {
        return new OutboxHealth(outbox, drainer, properties.maxAge(), clock);
    }
}
