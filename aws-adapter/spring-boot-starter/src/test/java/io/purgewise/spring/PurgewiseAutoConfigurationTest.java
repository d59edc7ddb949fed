package io.purgewise.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.purgewise.aws.DynamoOutbox;
import io.purgewise.aws.MicrometerListener;
import io.purgewise.cache.UnknownBuildException;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Freshness;
import io.purgewise.cdn.FreshnessProbe;
import io.purgewise.outbox.DrainReport;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.outbox.OutboxListener;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.RevalidationEndpoint;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.spring.webhook.WebhookAutoConfiguration;
import io.purgewise.spring.webhook.WebhookMapping;
import io.purgewise.spring.webhook.WebhookVerifier;
import io.purgewise.testkit.FakeCloudFront;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.web.servlet.function.RouterFunction;

class PurgewiseAutoConfigurationTest {

    private static final AutoConfigurations ALL = AutoConfigurations.of(
            PurgewiseAutoConfiguration.class,
            PurgewiseHealthAutoConfiguration.class,
            PurgewiseMetricsAutoConfiguration.class,
            PurgewiseObservationAutoConfiguration.class,
            WebhookAutoConfiguration.class);

    private final ApplicationContextRunner bare = new ApplicationContextRunner().withConfiguration(ALL);

    private final ApplicationContextRunner service = bare.withBean(Revalidator.class, TestSite::revalidator);

    private final WebApplicationContextRunner webService =
            new WebApplicationContextRunner().withConfiguration(ALL).withBean(Revalidator.class, TestSite::revalidator);

    @Test
    void anOutboxInMemoryIsDrainedAndWatchedWithoutAnySetting() {
        service.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run(context -> {
            assertThat(context).hasSingleBean(OutboxDrainer.class).hasSingleBean(MicrometerListener.class);
            assertThat(context).getBean(Outbox.class).isNotInstanceOf(DynamoOutbox.class);
            assertThat(context.getBean(HealthIndicator.class).health())
                    .extracting(Health::getStatus)
                    .isEqualTo(Status.UP);
            assertThat(context.getBean(OutboxLifecycle.class).isAlive()).isTrue();
            assertThat(context).doesNotHaveBean(RouterFunction.class);
        });
    }

    @Test
    void whoGivesAProbeIsToldWhatReadersGet() {
        FakeCloudFront cloudFront = FakeCloudFront.builder(InstantSource.system())
                .distribution(DistributionId.of("E1EXAMPLE"))
                .delays(Duration.ZERO, Duration.ZERO)
                .build();
        FreshnessProbe probe = urls -> urls.stream()
                .map(url -> {
                    Instant now = InstantSource.system().instant();
                    Map<String, String> headers = Map.of("age", "3600", "x-amz-cf-pop", "FRA56-P1");
                    return new FreshnessProbe.Answer(url, now, now, 200, headers, null);
                })
                .toList();
        BlockingQueue<Freshness> found = new LinkedBlockingQueue<>();
        OutboxListener ear = new OutboxListener() {
            @Override
            public void looked(DistributionId lane, DrainReport.Finished finished, Freshness freshness, Instant at) {
                found.add(freshness);
            }
        };
        bare.withBean(Revalidator.class, () -> TestSite.revalidator(cloudFront, probe))
                .withBean("ear", OutboxListener.class, () -> ear)
                .withPropertyValues("purgewise.outbox.quiet-window=0s")
                .run(context -> {
                    context.getBean(OutboxDrainer.class)
                            .accept(Change.path("/p").evenIfUnknown());
                    Freshness freshness = found.poll(60, TimeUnit.SECONDS);
                    assertThat(freshness).isNotNull();
                    assertThat(freshness.isProven()).isFalse();
                    assertThat(freshness.repairs()).isNotEmpty();
                    assertThat(context.getBean(HealthIndicator.class).health())
                            .extracting(Health::getDetails, MAP)
                            .containsKey("fresh");
                });
    }

    @Test
    void aBeanOfTheServiceReplacesOurs() {
        Outbox outbox = Outbox.inMemory(InstantSource.system());
        service.withBean("ours", Outbox.class, () -> outbox)
                .run(context -> assertThat(context).getBean(Outbox.class).isSameAs(outbox));
    }

    @Test
    void aMissingPropertyIsNamedAtTheStart() {
        String[] site = {
            "purgewise.tag-table=next-tags", "purgewise.bucket=next-cache", "purgewise.distributions=E1EXAMPLE"
        };
        for (String property : site) {
            String[] others =
                    Stream.of(site).filter(other -> !other.equals(property)).toArray(String[]::new);
            bare.withPropertyValues(others)
                    .withSystemProperties("aws.region=eu-west-1")
                    .run(context -> assertThat(context)
                            .getFailure()
                            .satisfies(failure -> assertThat(new StartFailureAnalyzer().analyze(failure))
                                    .extracting(FailureAnalysis::getDescription, STRING)
                                    .contains(
                                            property.substring(0, property.indexOf('=')) + " is not set: set it to")));
        }
    }

    @Test
    void aSiteThatKeepsItsTableToItselfIsAskedToMarkWhereItsReplicasAreNamed() {
        service.run(context -> assertThat(context).doesNotHaveBean(RevalidationEndpoint.class));
        service.withPropertyValues(
                        "purgewise.mark.replicas=http://127.0.0.1:9/1,http://127.0.0.1:9/2",
                        "purgewise.mark.signing-key=a key of more than 16 characters")
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(RevalidationEndpoint.class);
                    assertThat(context.getBean(MarkProperties.class).toString())
                            .contains("2 replicas")
                            .doesNotContain("16 characters");
                });
        service.withPropertyValues("purgewise.mark.replicas=10.0.0.7")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("a replica must look like http://"));
    }

    /** A mistyped bucket was told by a hundred lines of causes. */
    @Test
    void aSiteThatCannotBeReadIsToldInWordsAtTheStart() {
        Throwable failure = new BeanCreationException(
                "purgewiseAws", "cannot be made", new UnknownBuildException("B1", "nothing of it is stored"));

        FailureAnalysis analysis = Objects.requireNonNull(new StartFailureAnalyzer().analyze(failure));

        assertThat(analysis.getDescription()).contains("B1").contains("nothing of it is stored");
        assertThat(analysis.getAction()).contains("purgewise doctor");
        assertThat(new StartFailureAnalyzer().analyze(new IllegalStateException("of another")))
                .isNull();
        assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
                        .load(FailureAnalyzer.class, (type, wantsMore, why) -> {}))
                .hasAtLeastOneElementOfType(StartFailureAnalyzer.class);
    }

    /** What the SDK says of it names five providers, below ten beans that could not be made. */
    @Test
    void aMissingRegionIsSaidInWords() {
        bare.withPropertyValues(
                        "purgewise.tag-table=next-tags",
                        "purgewise.bucket=next-cache",
                        "purgewise.distributions=E1EXAMPLE")
                .withSystemProperties(
                        "aws.configFile=none", "aws.sharedCredentialsFile=none", "aws.disableEc2Metadata=true")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("no AWS region is set: set AWS_REGION"));
    }

    @Test
    void anOutboxInDynamoDbNeedsItsTable() {
        service.withPropertyValues("purgewise.outbox.type=dynamodb")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage("purgewise.outbox.table must be set, since purgewise.outbox.type is dynamodb"));
    }

    /** Without the time nobody would know which cached pages carry a tag. */
    @Test
    void aHeaderOfPageTagsNeedsTheTimeFromWhichOnTheyCount() {
        service.withPropertyValues("purgewise.page-tags.header=x-page-tags")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining(
                                "purgewise.page-tags.header and purgewise.page-tags.since must be set together"));
        service.withPropertyValues(
                        "purgewise.page-tags.header=x-page-tags", "purgewise.page-tags.since=2026-11-25T12:00:00Z")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void itCanBeTurnedOff() {
        bare.withPropertyValues("purgewise.enabled=false")
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
        service.withClassLoader(new FilteredClassLoader(
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
                        .hasMessageStartingWith("purgewise.webhook.secret is not set"));
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
}
