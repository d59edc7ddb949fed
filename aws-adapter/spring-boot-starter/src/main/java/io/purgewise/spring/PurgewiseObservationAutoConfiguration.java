package io.purgewise.spring;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.DistributionId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Makes an observation of each stage of a change where the service has an observation registry: a timer {@code purgewise.stage},
 * and a span {@code purgewise mark}, {@code purgewise plan} and so on where it traces. Keys, all of low cardinality: {@code stage}, and
 * {@code distribution}, which is {@code none} for a stage before the CDN.
 */
@AutoConfiguration(
        before = PurgewiseAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ObservationRegistry.class)
@ConditionalOnBooleanProperty(name = "purgewise.enabled", matchIfMissing = true)
public final class PurgewiseObservationAutoConfiguration {

    PurgewiseObservationAutoConfiguration() {}

    @Bean
    CdnListener purgewiseObservations(ObservationRegistry registry) {
        return new CdnListener() {
            @Override
            public StageEnd began(Stage stage, @Nullable DistributionId distribution) {
                return observed(registry, stage, distribution);
            }
        };
    }

    private static CdnListener.StageEnd observed(
            ObservationRegistry registry, CdnListener.Stage stage, @Nullable DistributionId distribution) {
        String name = stage.name().toLowerCase(Locale.ROOT);
        Observation observation = Observation.createNotStarted("purgewise.stage", registry)
                .contextualName("purgewise " + name)
                .lowCardinalityKeyValue("stage", name)
                .lowCardinalityKeyValue("distribution", distribution == null ? "none" : distribution.toString())
                .start();
        Observation.Scope scope = observation.openScope();
        return failure -> {
            if (failure != null) {
                observation.error(failure);
            }
            scope.close();
            observation.stop();
        };
    }
}
