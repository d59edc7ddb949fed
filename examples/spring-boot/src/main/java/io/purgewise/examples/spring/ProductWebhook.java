package io.purgewise.examples.spring;

import io.purgewise.revalidate.Change;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Takes a product from the CMS. What it writes and what it publishes is committed together, or not at all. */
@RestController
class ProductWebhook {

    private final JdbcTemplate database;
    private final ApplicationEventPublisher events;
    private final byte[] secret;

    ProductWebhook(
            JdbcTemplate database,
            ApplicationEventPublisher events,
            @Value("${purgewise.webhook.secret}") String secret) {
        this.database = database;
        this.events = events;
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** Saves a product; when this is committed, readers will see it, whatever happens next. */
    @PutMapping("/cms/products/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Transactional
    public void saved(
            @PathVariable String id, @RequestBody String name, @RequestHeader("X-Webhook-Secret") String given) {
        if (!MessageDigest.isEqual(secret, given.getBytes(StandardCharsets.UTF_8))) {
            throw new ResponseStatusException(HttpStatus.UNAUTHORIZED);
        }
        database.update(
                "INSERT INTO product (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
                id,
                name);
        events.publishEvent(Change.tag("product:" + id));
    }
}
