package io.purgewise.spring.events;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Holds the settings under {@code purgewise.events.}; the service does not start if one is wrong.
 *
 * @param enabled whether changes that the service publishes as events are accepted
 * @param resubmitInterval how often changes that are published and not accepted are delivered again, if they are as old as that; with
 *     the event publication registry of Spring Modulith
 */
@ConfigurationProperties("purgewise.events")
record ChangeEventsProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("1m") Duration resubmitInterval) {

    ChangeEventsProperties {
        if (resubmitInterval.toMillis() <= 0) {
            throw new IllegalArgumentException(
                    "purgewise.events.resubmit-interval must be positive, but was " + resubmitInterval);
        }
    }
}
