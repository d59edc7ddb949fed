package io.purgewise.spring.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.outbox.Acceptance;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.spring.PurgewiseAutoConfiguration;
import io.purgewise.spring.TestSite;
import io.purgewise.testkit.FakeCloudFront;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
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
    private static final class Outbox implements Consumer<KeyedChange> {

        private final BlockingQueue<Change> accepted = new LinkedBlockingQueue<>();
        private final BlockingQueue<Change> refused = new LinkedBlockingQueue<>();
        private final Set<String> keys = ConcurrentHashMap.newKeySet();
        private volatile boolean reachable = true;

        @Override
        public void accept(KeyedChange keyed) {
            keys.add(keyed.key());
            if (!reachable) {
                refused.add(keyed.change());
                throw new IllegalStateException("the outbox cannot be reached");
            }
            accepted.add(keyed.change());
        }

        Change next() throws InterruptedException {
            return Objects.requireNonNull(accepted.poll(1, TimeUnit.MINUTES), "nothing was accepted");
        }

        Change nextRefused() throws InterruptedException {
            return Objects.requireNonNull(refused.poll(1, TimeUnit.MINUTES), "nothing was refused");
        }
    }

    private ApplicationContextRunner service() {
        return service(new ChangeAcceptance(outbox));
    }

    private static ApplicationContextRunner service(ChangeAcceptance acceptance) {
        return new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(PurgewiseAutoConfiguration.class, ChangeEventsAutoConfiguration.class))
                .withBean(ChangeAcceptance.class, () -> acceptance)
                .withBean(Revalidator.class, TestSite::revalidator);
    }

    private static ApplicationContextRunner withDatabase(ApplicationContextRunner service) {
        return service.withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        TransactionAutoConfiguration.class))
                .withPropertyValues("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    }

    private ApplicationContextRunner withRegistry() {
        return withRegistry(service());
    }

    private static ApplicationContextRunner withRegistry(ApplicationContextRunner service) {
        return withDatabase(service)
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
        return withDatabase(service());
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
                    assertThat(outbox.keys).hasSize(1);
                });
    }

    /** Each delivery used to have a key of its own, so that a lost answer was paid for twice. */
    @Test
    void aChangeThatTheOutboxTookBeforeItsAnswerWasLostIsCarriedThroughOnce() {
        FakeCloudFront cloudFront = TestSite.cloudFront();
        OutboxDrainer drainer = OutboxDrainer.builder(
                        io.purgewise.outbox.Outbox.inMemory(InstantSource.system()), TestSite.revalidator(cloudFront))
                .build();
        Queue<Acceptance> acceptances = new ConcurrentLinkedQueue<>();
        Consumer<KeyedChange> losesTheFirstAnswer = keyed -> {
            acceptances.add(drainer.acceptOnce(keyed.key(), List.of(keyed.change())));
            if (acceptances.size() == 1) {
                throw new IllegalStateException("the answer was lost");
            }
        };
        Change page = Change.page(Page.of(Router.APP_PAGE, "/gallery"));
        withRegistry(service(new ChangeAcceptance(losesTheFirstAnswer)))
                .withPropertyValues("purgewise.events.resubmit-interval=50ms")
                .run(context -> {
                    publish(context, false, page);
                    awaitNothingRegistered(context);

                    assertThat(acceptances).hasSizeGreaterThanOrEqualTo(2);
                    assertThat(drainer.flush(Duration.ofSeconds(20))).isTrue();
                    assertThat(cloudFront.meter().totalPaths()).isEqualTo(2);
                });
    }

    /**
     * The registry crosses publications out by what they say, so that equal changes without keys were one to it: the end of one
     * delivery crossed out the other, whose delivery had failed, and that one was lost.
     */
    @Test
    void aDeliveryCrossesOutNoOtherChangeThatSaysTheSame() {
        CountDownLatch firstIsUnderWay = new CountDownLatch(1);
        CountDownLatch secondWasRefused = new CountDownLatch(1);
        AtomicInteger deliveries = new AtomicInteger();
        Consumer<KeyedChange> slowThenRefusing = keyed -> {
            switch (deliveries.incrementAndGet()) {
                case 1 -> {
                    firstIsUnderWay.countDown();
                    await(secondWasRefused);
                }
                case 2 -> throw new IllegalStateException("the outbox cannot be reached");
                default -> {}
            }
        };
        withRegistry(service(new ChangeAcceptance(slowThenRefusing))).run(context -> {
            publish(context, false, PRODUCT);
            await(firstIsUnderWay);
            publish(context, false, PRODUCT);
            awaitRegistered(context, statuses -> statuses.contains("FAILED"));
            secondWasRefused.countDown();

            awaitRegistered(context, statuses -> statuses.size() < 2);
            assertThat(registered(context)).containsExactly("FAILED");
        });
    }

    @Test
    void aServiceThatNamesItsChangesIsHeardUnderThoseNames() {
        for (ApplicationContextRunner runner : List.of(service(), withTransactionsAlone(), withRegistry())) {
            outbox.keys.clear();
            runner.run(context -> {
                context.publishEvent(new KeyedChange("message-17", PRODUCT));

                assertThat(outbox.next()).isEqualTo(PRODUCT);
                assertThat(outbox.keys).containsExactly("message-17");
            });
        }
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

    /** Such as a kind of change that only a newer instance knows: it waits for one, and nobody waits for it. */
    @Test
    void aRowThatCannotBeReadKeepsNoOtherWaiting() {
        ApplicationContextRunner runner = withRegistry();
        outbox.reachable = false;
        runner.run(context -> {
            publish(context, false, PRODUCT);
            outbox.nextRefused();
            awaitRegistered(context, statuses -> statuses.contains("FAILED"));
            assertThat(context.getBean(JdbcTemplate.class)
                            .update(
                                    "UPDATE EVENT_PUBLICATION SET SERIALIZED_EVENT = ?",
                                    "{\"key\":\"k\",\"change\":\"of-the-future:7\"}"))
                    .isEqualTo(1);
        });

        runner.withPropertyValues("purgewise.events.resubmit-interval=50ms").run(context -> {
            publish(context, false, GALLERY);
            while (!outbox.nextRefused().equals(GALLERY)) {
                Thread.onSpinWait();
            }

            outbox.reachable = true;

            assertThat(outbox.next()).isEqualTo(GALLERY);
            awaitRegistered(context, statuses -> statuses.size() == 1);
        });
    }

    /** Whoever forgets the table hears of it in the transaction, which is rolled back: nothing is saved and never published. */
    @Test
    void withoutTheRegistrysTableNothingIsCommitted() {
        withRegistry()
                .withPropertyValues(
                        "spring.modulith.events.jdbc.schema-initialization.enabled=false",
                        "purgewise.events.resubmit-interval=1h")
                .run(context -> {
                    JdbcTemplate database = context.getBean(JdbcTemplate.class);
                    database.execute("CREATE TABLE PRODUCT (ID INT)");

                    assertThatThrownBy(() -> context.getBean(TransactionTemplate.class)
                                    .executeWithoutResult(transaction -> {
                                        database.update("INSERT INTO PRODUCT VALUES (7)");
                                        context.publishEvent(PRODUCT);
                                    }))
                            .hasMessageContaining("EVENT_PUBLICATION");

                    assertThat(database.queryForList("SELECT ID FROM PRODUCT")).isEmpty();
                    assertThat(outbox.accepted).isEmpty();
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
        awaitRegistered(context, List::isEmpty);
    }

    private static void awaitRegistered(ApplicationContext context, Predicate<List<String>> statuses) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!statuses.test(registered(context)) && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(statuses.test(registered(context))).isTrue();
    }

    private static List<String> registered(ApplicationContext context) {
        return context.getBean(JdbcTemplate.class).queryForList("SELECT STATUS FROM EVENT_PUBLICATION", String.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this test", e);
        }
    }
}
