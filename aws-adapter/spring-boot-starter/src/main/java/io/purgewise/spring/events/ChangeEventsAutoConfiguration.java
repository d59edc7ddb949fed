package io.purgewise.spring.events;

import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.spring.PurgewiseAutoConfiguration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.modulith.events.IncompleteEventPublications;
import org.springframework.modulith.events.core.EventPublicationRepository;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.event.TransactionalEventListenerFactory;
import tools.jackson.databind.module.SimpleModule;

/**
 * Accepts changes that the service publishes as events: through the event publication registry of Spring Modulith where the service
 * has one, after the commit where it has transactions, at once otherwise.
 */
@AutoConfiguration(
        after = PurgewiseAutoConfiguration.class,
        beforeName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
        afterName = {
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration",
            "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
            "org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration"
        })
@ConditionalOnBean(OutboxDrainer.class)
@ConditionalOnBooleanProperty(name = "purgewise.events.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ChangeEventsProperties.class)
public final class ChangeEventsAutoConfiguration {

    ChangeEventsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    ChangeAcceptance purgewiseChangeAcceptance(OutboxDrainer outbox) {
        return new ChangeAcceptance(keyed -> outbox.acceptOnce(keyed.key(), List.of(keyed.change())));
    }

    @Bean
    ChangeKeys purgewiseChangeKeys() {
        return new ChangeKeys(() -> UUID.randomUUID().toString());
    }

    /** Is for services with an event publication registry. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({EventPublicationRepository.class, TransactionalEventListener.class})
    @ConditionalOnBean({EventPublicationRepository.class, IncompleteEventPublications.class})
    static class Registered {

        @Bean
        RegisteredChangeListener purgewiseChangeListener(ChangeAcceptance acceptance) {
            return new RegisteredChangeListener(acceptance);
        }

        @Bean
        ChangeResubmission purgewiseChangeResubmission(
                IncompleteEventPublications publications,
                EventPublicationRepository repository,
                ChangeEventsProperties properties) {
            return new ChangeResubmission(
                    publications, repository, properties.resubmitInterval(), InstantSource.system());
        }
    }

    /** Is for services with transactions alone. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TransactionalEventListener.class)
    @ConditionalOnBean(TransactionalEventListenerFactory.class)
    @ConditionalOnMissingBean(type = "org.springframework.modulith.events.core.EventPublicationRepository")
    static class AfterCommit {

        @Bean
        AfterCommitChangeListener purgewiseChangeListener(ChangeAcceptance acceptance) {
            return new AfterCommitChangeListener(acceptance);
        }
    }

    /** Is for services without transactions. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(type = "org.springframework.transaction.event.TransactionalEventListenerFactory")
    static class Plain {

        @Bean
        PlainChangeListener purgewiseChangeListener(ChangeAcceptance acceptance) {
            return new PlainChangeListener(acceptance);
        }
    }

    /** Is for services that write JSON. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SimpleModule.class)
    static class Json {

        @Bean
        ChangeModule purgewiseChangeModule() {
            return new ChangeModule();
        }
    }
}
