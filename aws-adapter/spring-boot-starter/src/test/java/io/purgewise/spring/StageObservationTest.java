package io.purgewise.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.CdnListener.Stage;
import io.purgewise.cdn.CdnListener.StageEnd;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.Site;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.InMemoryTagCache;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** A registry and a handler of Micrometer's own are enough here; its test kit would bring Mockito. */
class StageObservationTest {

    private static final DistributionId DISTRIBUTION = DistributionId.of("E1EXAMPLE");

    private final List<String> seen = new ArrayList<>();
    private final ObservationRegistry registry = ObservationRegistry.create();
    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PurgewiseObservationAutoConfiguration.class));

    @BeforeEach
    void watch() {
        registry.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public void onStop(Observation.Context context) {
                String keys = context.getLowCardinalityKeyValues().stream()
                        .filter(key -> !key.getKey().equals("stage"))
                        .map(KeyValue::toString)
                        .collect(Collectors.joining());
                seen.add(context.getName() + ", " + context.getContextualName() + ", " + keys + ", "
                        + (context.getError() == null
                                ? "done"
                                : context.getError().getMessage()));
                assertThat(context.getHighCardinalityKeyValues()).isEmpty();
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
    }

    @Test
    void eachStageOfAChangeIsObservedInItsOrder() {
        service.withBean(ObservationRegistry.class, () -> registry).run(context -> {
            Revalidator revalidator = revalidator(context.getBean(CdnListener.class));

            revalidator
                    .revalidate(Change.path("/new").evenIfUnknown())
                    .orThrow()
                    .await(Duration.ofMinutes(1));

            assertThat(seen)
                    .map(each -> each.replaceFirst("^purgewise.stage, ", ""))
                    .containsExactly(
                            "purgewise mark, keyValue(distribution=none), done",
                            "purgewise settle, keyValue(distribution=none), done",
                            "purgewise plan, keyValue(distribution=E1EXAMPLE), done",
                            "purgewise submit, keyValue(distribution=E1EXAMPLE), done",
                            "purgewise wait, keyValue(distribution=E1EXAMPLE), done");
            assertThat(registry.getCurrentObservation()).isNull();
        });
    }

    @Test
    void aStageThatFailsSaysSo() {
        service.withBean(ObservationRegistry.class, () -> registry).run(context -> {
            StageEnd end = context.getBean(CdnListener.class).began(Stage.WAIT, DISTRIBUTION);
            end.ended(new IllegalStateException("refused"));
            assertThat(seen)
                    .containsExactly("purgewise.stage, purgewise wait, keyValue(distribution=E1EXAMPLE), refused");
        });
    }

    @Test
    void aServiceWithoutObservationsHasNoSuchListener() {
        service.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(CdnListener.class));
    }

    private static Revalidator revalidator(CdnListener listener) {
        ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-25T12:00:00.250Z"));
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        FakeCloudFront.builder(clock).distribution(DISTRIBUTION).build(),
                        new Ambient(clock, clock::advance, new Random(7)))
                .listener(listener)
                .build();
        return Revalidator.builder(
                        Site.builder(BuildId.of("b1")).build(),
                        Clearing.builder(submitter, DISTRIBUTION).build())
                .tagCache(InMemoryTagCache.create())
                .build();
    }
}
