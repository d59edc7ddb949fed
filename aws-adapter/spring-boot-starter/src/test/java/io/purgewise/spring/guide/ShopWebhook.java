package io.purgewise.spring.guide;

import io.purgewise.revalidate.Change;
import io.purgewise.spring.SiteCustomizer;
import io.purgewise.spring.webhook.WebhookMapping;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Is the configuration of the guide, {@code docs/spring-boot.md}. */
@Configuration(proxyBeanMethods = false)
class ShopWebhook {

    @Bean
    WebhookMapping contentful() {
        return call -> {
            String type = call.json().at("/sys/contentType/sys/id").stringValue();
            String id = call.json().at("/sys/id").stringValue();
            return List.of(Change.tag(type + ":" + id));
        };
    }

    @Bean
    SiteCustomizer shop() {
        return site -> site.trailingSlash(true);
    }
}
