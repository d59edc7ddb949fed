package io.purgewise.spring.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.spring.PurgewiseAutoConfiguration;
import io.purgewise.spring.TestSite;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.modulith.events.config.EventPublicationAutoConfiguration;
import org.springframework.transaction.support.TransactionTemplate;

/** Publishes changes in transactions of an embedded database. */
class ChangeEventsTest {

    private static final Change PRODUCT = Change.tag("product:7");
    private static final Change GALLERY = Change.path("/gallery");

    private final Outbox outbox = new Outbox();

    /** Is what changes reach, or not. */
    private static final class Outbox implements Consumer<Change> {

        private final BlockingQueue<Change> accepted = new LinkedBlockingQueue<>();
        private final BlockingQueue<Change> refused = new LinkedBlockingQueue<>();
        private volatile boolean reachable = true;

        @Override
        public void accept(Change change) {
            if (!reachable) {
                refused.add(change);
                throw new IllegalStateException("the outbox cannot be reached");
            }
            accepted.add(change);
        }

        Change next() throws InterruptedException {
            return Objects.requireNonNull(accepted.poll(1, TimeUnit.MINUTES), "nothing was accepted");
        }

        Change nextRefused() throws InterruptedException {
            return Objects.requireNonNull(refused.poll(1, TimeUnit.MINUTES), "nothing was refused");
        }
    }

    private ApplicationContextRunner service() {
        return new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(PurgewiseAutoConfiguration.class, ChangeEventsAutoConfiguration.class))
                .withBean(ChangeAcceptance.class, () -> new ChangeAcceptance(outbox))
                .withBean(Revalidator.class, TestSite::revalidator);
    }

    private ApplicationContextRunner withDatabase() {
        return service()
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        TransactionAutoConfiguration.class))
                .withPropertyValues("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    }

    private ApplicationContextRunner withRegistry() {
        return withDatabase()
                .withConfiguration(AutoConfigurations.of(
                        JacksonAutoConfiguration.class,
                        TaskExecutionAutoConfiguration.class,
                        named("org.springframework.modulith.events.jackson.JacksonEventSerializationConfiguration"),
                        named("org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration"),
                        EventPublicationAutoConfiguration.class))
                .withPropertyValues(
                        "spring.modulith.events.jdbc.schema-initialization.enabled=true",
                        "spring.modulith.events.completion-mode=DELETE");
    }

    /** Finds a configuration that is not public. */
    private static Class<?> named(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private ApplicationContextRunner withTransactionsAlone() {
        return withDatabase();
    }

    @Test
    void aCommittedChangeIsAcceptedAndCrossedOut() {
        withRegistry().run(context -> {
            assertThat(context).hasSingleBean(RegisteredChangeListener.class);
            publish(context, false, PRODUCT, GALLERY);

            assertThat(List.of(outbox.next(), outbox.next())).containsExactlyInAnyOrder(PRODUCT, GALLERY);
            awaitNothingRegistered(context);
        });
    }

    @Test
    void aRolledBackTransactionPublishesNothing() {
        List<ApplicationContextRunner> both = List.of(withRegistry(), withTransactionsAlone());
        for (ApplicationContextRunner runner : both) {
            runner.run(context -> {
                publish(context, true, PRODUCT);
                publish(context, false, GALLERY);

                // Had the first one been published, it would have come before.
                assertThat(outbox.next()).isEqualTo(GALLERY);
                assertThat(outbox.accepted).isEmpty();
            });
        }
    }

    @Test
    void aChangeThatTheOutboxDoesNotTakeIsKeptAndDeliveredAgain() {
        withRegistry()
                .withPropertyValues("purgewise.events.resubmit-interval=50ms")
                .run(context -> {
                    outbox.reachable = false;
                    publish(context, false, PRODUCT);
                    assertThat(outbox.nextRefused()).isEqualTo(PRODUCT);
                    // Refused again, and so delivered again.
                    assertThat(outbox.nextRefused()).isEqualTo(PRODUCT);

                    outbox.reachable = true;

                    assertThat(outbox.next()).isEqualTo(PRODUCT);
                    awaitNothingRegistered(context);
                });
    }

    @Test
    void aServiceThatDiedIsMadeGoodByTheNextOne() {
        ApplicationContextRunner runner = withRegistry();
        runner.run(context -> {
            outbox.reachable = false;
            publish(context, false, PRODUCT);
            outbox.nextRefused();
        });
        outbox.reachable = true;

        runner.withPropertyValues("purgewise.events.resubmit-interval=1ms").run(context -> {
            assertThat(outbox.next()).isEqualTo(PRODUCT);
            awaitNothingRegistered(context);
        });
    }

    /** The registry delivers nothing again that it takes for being delivered, so a death in the middle kept a change for ever. */
    @Test
    void aServiceThatDiedWhileItDeliveredAgainIsMadeGoodToo() {
        ApplicationContextRunner runner = withRegistry();
        runner.run(context -> {
            outbox.reachable = false;
            publish(context, false, PRODUCT);
            outbox.nextRefused();
            int rows = context.getBean(JdbcTemplate.class)
                    .update("UPDATE EVENT_PUBLICATION SET STATUS = 'RESUBMITTED', LAST_RESUBMISSION_DATE = NOW()");
            assertThat(rows).isEqualTo(1);
        });
        outbox.reachable = true;

        runner.withPropertyValues("purgewise.events.resubmit-interval=50ms").run(context -> {
            assertThat(outbox.next()).isEqualTo(PRODUCT);
            awaitNothingRegistered(context);
        });
    }

    @Test
    void withTransactionsAloneAChangeIsAcceptedBeforeTheCommitReturns() {
        withTransactionsAlone().run(context -> {
            assertThat(context).hasSingleBean(AfterCommitChangeListener.class);
            publish(context, false, PRODUCT);

            assertThat(outbox.accepted).containsExactly(PRODUCT);
        });
    }

    @Test
    void aChangePublishedOutsideOfATransactionIsAcceptedAtOnce() {
        for (ApplicationContextRunner runner : List.of(service(), withTransactionsAlone())) {
            runner.run(context -> {
                context.publishEvent(PRODUCT);
                assertThat(outbox.next()).isEqualTo(PRODUCT);
            });
        }
        withRegistry().run(context -> {
            context.publishEvent(PRODUCT);
            assertThat(outbox.next()).isEqualTo(PRODUCT);
        });
    }

    @Test
    void withoutTransactionsThePublisherHearsOfAFailure() {
        service().run(context -> {
            outbox.reachable = false;
            assertThatThrownBy(() -> context.publishEvent(PRODUCT)).hasMessage("the outbox cannot be reached");
        });
    }

    @Test
    void listeningCanBeTurnedOff() {
        service().withPropertyValues("purgewise.events.enabled=false").run(context -> {
            context.publishEvent(PRODUCT);
            assertThat(outbox.accepted).isEmpty();
        });
    }

    private static void publish(ApplicationContext context, boolean rollBack, Change... changes) {
        ApplicationEventPublisher publisher = context;
        context.getBean(TransactionTemplate.class).executeWithoutResult(transaction -> {
            for (Change change : changes) {
                publisher.publishEvent(change);
            }
            if (rollBack) {
                transaction.setRollbackOnly();
            }
        });
    }

    /** Waits until the registry has crossed out what the outbox took, which it does a moment later. */
    private static void awaitNothingRegistered(ApplicationContext context) {
        JdbcTemplate database = context.getBean(JdbcTemplate.class);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        List<String> left;
        do {
            left = database.queryForList("SELECT STATUS FROM EVENT_PUBLICATION", String.class);
            Thread.onSpinWait();
        } while (!left.isEmpty() && System.nanoTime() < end);
        assertThat(left).isEmpty();
    }
}
