package io.purgewise.spring;

import io.purgewise.cdn.Clearing;
import io.purgewise.outbox.Outbox;
import io.purgewise.revalidate.Revalidator;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;

/** Adds Purgewise to the health of the service, under the name {@code purgewise}. */
@AutoConfiguration(before = PurgewiseAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBooleanProperty(name = "purgewise.enabled", matchIfMissing = true)
public final class PurgewiseHealthAutoConfiguration {

    PurgewiseHealthAutoConfiguration() {}

    @Bean
    @ConditionalOnEnabledHealthIndicator("purgewise")
    @ConditionalOnMissingBean(name = "purgewiseHealthIndicator")
    OutboxHealth purgewiseHealthIndicator(
            Outbox outbox,
            Revalidator revalidator,
            ObjectProvider<OutboxLifecycle> lifecycle,
            PurgewiseProperties properties) {
        return new OutboxHealth(
                outbox,
                revalidator.clearings().stream().map(Clearing::distribution).toList(),
                () -> lifecycle.getObject().isAlive(),
                properties.health().maxAge(),
                InstantSource.system());
    }
}
