package io.purgewise.spring;

import io.micrometer.core.instrument.MeterRegistry;
import io.purgewise.aws.MicrometerListener;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Keeps meters called {@code purgewise.*} where the service has a meter registry. */
@AutoConfiguration(
        before = PurgewiseAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "purgewise.enabled", matchIfMissing = true)
public final class PurgewiseMetricsAutoConfiguration {

    PurgewiseMetricsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    MicrometerListener purgewiseMeters(MeterRegistry registry) {
        return new MicrometerListener(registry);
    }
}
