package io.purgewise.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.purgewise.aws.MicrometerListener;
import io.purgewise.cdn.Ambient;
import io.purgewise.outbox.InMemoryOutbox;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.spring.webhook.WebhookAutoConfiguration;
import io.purgewise.spring.webhook.WebhookMapping;
import io.purgewise.spring.webhook.WebhookVerifier;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.web.servlet.function.RouterFunction;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class PurgewiseAutoConfigurationTest {

    private static final String[] SITE = {
        "purgewise.tag-table=next-tags", "purgewise.build-id=b1", "purgewise.distributions=E1EXAMPLE,E2EXAMPLE"
    };

    private static final AutoConfigurations ALL = AutoConfigurations.of(
            PurgewiseAutoConfiguration.class,
            PurgewiseHealthAutoConfiguration.class,
            PurgewiseMetricsAutoConfiguration.class,
            WebhookAutoConfiguration.class);

    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withConfiguration(ALL)
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .withBean(DynamoDbClient.class, PurgewiseAutoConfigurationTest::dynamoDb)
            .withBean(CloudFrontClient.class, PurgewiseAutoConfigurationTest::cloudFront);

    private final WebApplicationContextRunner webService = new WebApplicationContextRunner()
            .withConfiguration(ALL)
            .withBean(DynamoDbClient.class, PurgewiseAutoConfigurationTest::dynamoDb)
            .withBean(CloudFrontClient.class, PurgewiseAutoConfigurationTest::cloudFront)
            .withPropertyValues(SITE);

    @Test
    void threePropertiesAreEnoughForADrainedOutboxInMemory() {
        service.withPropertyValues(SITE).run(context -> {
            assertThat(context).hasSingleBean(Revalidator.class).hasSingleBean(OutboxDrainer.class);
            assertThat(context).getBean(Outbox.class).isInstanceOf(InMemoryOutbox.class);
            assertThat(context.getBean(HealthIndicator.class).health().getStatus())
                    .isEqualTo(Status.UP);
            assertThat(context).hasSingleBean(MicrometerListener.class).doesNotHaveBean(RouterFunction.class);
        });
    }

    @Test
    void aBeanOfTheServiceReplacesOurs() {
        Outbox outbox = new InMemoryOutbox(InstantSource.system());
        Ambient ambient = new Ambient(InstantSource.system(), duration -> {}, new Random(7));
        service.withPropertyValues(SITE)
                .withBean("ours", Outbox.class, () -> outbox)
                .withBean(Ambient.class, () -> ambient)
                .run(context -> {
                    assertThat(context).getBean(Outbox.class).isSameAs(outbox);
                    assertThat(context).getBean(Ambient.class).isSameAs(ambient);
                });
    }

    @Test
    void aMissingPropertyIsNamedAtTheStart() {
        for (String property : SITE) {
            String name = property.substring(0, property.indexOf('='));
            String[] others = List.of(SITE).stream()
                    .filter(other -> !other.equals(property))
                    .toArray(String[]::new);
            service.withPropertyValues(others)
                    .run(context -> assertThat(context)
                            .getFailure()
                            .rootCause()
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining(name));
        }
    }

    @Test
    void anOutboxInDynamoDbNeedsItsTable() {
        service.withPropertyValues(SITE)
                .withPropertyValues("purgewise.outbox.type=dynamodb")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage("purgewise.outbox.table must be set, since purgewise.outbox.type is dynamodb"));
    }

    @Test
    void itCanBeTurnedOff() {
        service.withPropertyValues("purgewise.enabled=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(Revalidator.class)
                        .doesNotHaveBean(OutboxDrainer.class)
                        .doesNotHaveBean(MicrometerListener.class)
                        .doesNotHaveBean(HealthIndicator.class));
        webService
                .withPropertyValues("purgewise.enabled=false", "purgewise.webhook.enabled=true")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(RouterFunction.class));
    }

    @Test
    void aServiceWithoutActuatorAndWebNeedsNeither() {
        service.withPropertyValues(SITE)
                .withClassLoader(new FilteredClassLoader(
                        "io.micrometer",
                        "org.springframework.boot.health",
                        "org.springframework.web",
                        "jakarta.servlet"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(OutboxDrainer.class)
                        .doesNotHaveBean(MicrometerListener.class));
    }

    @Test
    void theWebhookIsOffUnlessItIsTurnedOn() {
        webService.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(RouterFunction.class));
        webService
                .withPropertyValues(
                        "purgewise.webhook.enabled=true", "purgewise.webhook.secret=a secret of 24 characters")
                .run(context -> assertThat(context)
                        .hasSingleBean(RouterFunction.class)
                        .hasSingleBean(WebhookMapping.class)
                        .hasSingleBean(WebhookVerifier.class));
    }

    @Test
    void aWebhookWithoutSecretDoesNotStartUnlessTheServiceVerifiesByItself() {
        webService
                .withPropertyValues("purgewise.webhook.enabled=true")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage("purgewise.webhook.secret must be set, since purgewise.webhook.enabled is true"));
        WebhookVerifier own = request -> request.header("X-Mine").isPresent();
        webService
                .withPropertyValues("purgewise.webhook.enabled=true")
                .withBean(WebhookVerifier.class, () -> own)
                .run(context ->
                        assertThat(context).getBean(WebhookVerifier.class).isSameAs(own));
    }

    @Test
    void aWrongSettingOfTheWebhookIsNamed() {
        assertRefused("path=webhook", "purgewise.webhook.path must start with a slash, but was \"webhook\"");
        assertRefused(
                "secret=fifteen letters", "purgewise.webhook.secret must have at least 16 characters, but has 15");
        assertRefused("max-age=-1s", "purgewise.webhook.max-age must be positive, but was PT-1S");
        assertRefused("max-body=17MB", "purgewise.webhook.max-body must be from 1 byte to 16MB, but was 17825792B");
        assertRefused("max-changes=0", "purgewise.webhook.max-changes must be positive, but was 0");
    }

    private void assertRefused(String setting, String message) {
        webService
                .withPropertyValues("purgewise.webhook.enabled=true", "purgewise.webhook." + setting)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessage(message));
    }

    private static DynamoDbClient dynamoDb() {
        return DynamoDbClient.builder()
                .region(Region.EU_WEST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .build();
    }

    private static CloudFrontClient cloudFront() {
        return CloudFrontClient.builder()
                .region(Region.US_EAST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .build();
    }
}
