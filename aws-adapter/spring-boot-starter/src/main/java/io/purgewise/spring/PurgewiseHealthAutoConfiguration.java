package io.purgewise.spring;

import io.purgewise.cdn.Ambient;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxDrainer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Adds Purgewise to the health of the service, under the name {@code purgewise}. */
@AutoConfiguration(after = PurgewiseAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(OutboxDrainer.class)
public final class PurgewiseHealthAutoConfiguration {

    PurgewiseHealthAutoConfiguration() {}

    @Bean
    @ConditionalOnEnabledHealthIndicator("purgewise")
    @ConditionalOnMissingBean(name = "purgewiseHealthIndicator")
    HealthIndicator purgewiseHealthIndicator(
            Outbox outbox, DrainerLifecycle drainer, PurgewiseProperties properties, Ambient ambient) {
        return new OutboxHealth(
                outbox, properties.distributions(), drainer, properties.health().maxAge(), ambient.clock());
    }
}
