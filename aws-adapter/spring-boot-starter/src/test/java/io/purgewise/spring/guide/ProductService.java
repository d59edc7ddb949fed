package io.purgewise.spring.guide;

import io.purgewise.revalidate.Change;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** Is the service of the guide, {@code docs/spring-boot.md}. */
class ProductService {

    private final JdbcTemplate database;
    private final ApplicationEventPublisher events;

    ProductService(JdbcTemplate database, ApplicationEventPublisher events) {
        this.database = database;
        this.events = events;
    }

    @Transactional
    public void rename(long id, String name) {
        database.update("UPDATE product SET name = ? WHERE id = ?", name, id);
        events.publishEvent(Change.tag("product:" + id));
    }
}
