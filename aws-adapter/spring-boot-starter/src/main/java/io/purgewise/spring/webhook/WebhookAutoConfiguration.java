package io.purgewise.spring.webhook;

import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.spring.PurgewiseAutoConfiguration;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** Puts an endpoint for the calls of a CMS into a servlet application; off unless {@code purgewise.webhook.enabled} is true. */
@AutoConfiguration(after = PurgewiseAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({RouterFunction.class, JsonMapper.class})
@ConditionalOnBooleanProperty("purgewise.webhook.enabled")
@ConditionalOnBean(OutboxDrainer.class)
@EnableConfigurationProperties(WebhookProperties.class)
public final class WebhookAutoConfiguration {

    WebhookAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    WebhookVerifier webhookVerifier(WebhookProperties properties) {
        return properties.verifier(InstantSource.system());
    }

    @Bean
    @ConditionalOnMissingBean
    WebhookMapping webhookMapping() {
        return new TagsAndPaths();
    }

    @Bean
    RouterFunction<ServerResponse> purgewiseWebhook(
            WebhookVerifier verifier, WebhookMapping mapping, OutboxDrainer outbox, WebhookProperties properties) {
        WebhookEndpoint endpoint = new WebhookEndpoint(
                verifier,
                mapping,
                changes -> outbox.accept(changes).entries().stream()
                        .map(entry -> entry.key().value())
                        .toList(),
                properties);
        return RouterFunctions.route().POST(properties.path(), endpoint).build();
    }
}
