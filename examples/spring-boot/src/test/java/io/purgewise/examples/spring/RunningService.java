package io.purgewise.examples.spring;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.purgewise.cdn.DistributionId;
import io.purgewise.examples.LocalAws;
import io.purgewise.outbox.DrainReport;
import io.purgewise.outbox.OutboxListener;
import io.purgewise.revalidate.Change;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.JdbcTemplate;

/** Is the service on a random port, its AWS clients replaced by those of the emulators; tells what it clears and logs. */
final class RunningService implements AutoCloseable {

    static final String TABLE = "purgewise";
    static final String SECRET = "a secret of 24 characters";

    private final ConfigurableApplicationContext context;
    private final BlockingQueue<Change> cleared = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>();
    private final OutboxListener ear = new OutboxListener() {
        @Override
        public void drained(DistributionId lane, DrainReport.Finished finished, Duration age) {
            finished.entries().forEach(entry -> cleared.add(entry.change()));
        }

        @Override
        public void waiting(DistributionId lane, DrainReport.Outcome outcome, String reason, Duration comeBackAfter) {
            waiting.add(reason);
        }
    };
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;

    RunningService(LocalAws aws) {
        this(aws, Map.of());
    }

    RunningService(LocalAws aws, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "server.port",
                0,
                "purgewise.bucket",
                LocalAws.BUCKET,
                "purgewise.distributions",
                LocalAws.DISTRIBUTION.toString(),
                "purgewise.tag-table",
                LocalAws.TAG_TABLE,
                "purgewise.webhook.secret",
                SECRET,
                "purgewise.outbox.quiet-window",
                "100ms",
                "spring.datasource.url",
                LocalDatabase.createNew()));
        all.putAll(settings);
        context = new SpringApplicationBuilder(RevalidationService.class)
                .initializers(starting -> {
                    starting.getBeanFactory().registerSingleton("dynamoDb", aws.dynamoDb());
                    starting.getBeanFactory().registerSingleton("s3", aws.s3());
                    starting.getBeanFactory().registerSingleton("cloudFront", aws.cloudFront());
                    starting.getBeanFactory().registerSingleton("ear", ear);
                })
                .environment(environment(all))
                .run();
        base = URI.create("http://127.0.0.1:"
                + Objects.requireNonNull(context.getEnvironment().getProperty("local.server.port")));
        log.start();
        logger().addAppender(log);
    }

    private static ConfigurableEnvironment environment(Map<String, Object> settings) {
        ConfigurableEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", settings));
        return environment;
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("io.purgewise");
    }

    HttpResponse<String> post(String secret, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(base.resolve("/purgewise/webhook"))
                        .header("Content-Type", "application/json")
                        .header("X-Webhook-Secret", secret)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Saves a product as the CMS does. */
    HttpResponse<String> save(String id, String name) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(base.resolve("/cms/products/" + id))
                        .header("Content-Type", "text/plain")
                        .header("X-Webhook-Secret", SECRET)
                        .PUT(HttpRequest.BodyPublishers.ofString(name))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Returns the names of products. */
    List<String> products() {
        return context.getBean(JdbcTemplate.class).queryForList("SELECT name FROM product", String.class);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(base.resolve(path)).build(), BodyHandlers.ofString());
    }

    /** Waits until a change is cleared at the CDN. */
    void awaitCleared(Change change) throws InterruptedException {
        next(cleared, change::equals, "cleared " + change);
    }

    /** Waits until a drain is put off. */
    void awaitWaiting() throws InterruptedException {
        next(waiting, reason -> true, "waiting");
    }

    private <T> void next(BlockingQueue<T> heard, Predicate<T> wanted, String what) throws InterruptedException {
        T next;
        do {
            next = heard.poll(1, TimeUnit.MINUTES);
            if (next == null) {
                throw new AssertionError("nothing " + what + " within a minute; the log says " + log());
            }
        } while (!wanted.test(next));
    }

    void publish(Object event) {
        context.publishEvent(event);
    }

    List<String> log() {
        return new ArrayList<>(log.list)
                .stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** Stops the service as a signal does. */
    @Override
    public void close() {
        context.close();
        logger().detachAppender(log);
    }
}
