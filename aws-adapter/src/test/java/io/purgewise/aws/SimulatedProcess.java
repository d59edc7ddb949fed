package io.purgewise.aws;

import io.purgewise.PurgewiseException;
import io.purgewise.aws.Schedule.Killed;
import io.purgewise.aws.Schedule.Weather;
import io.purgewise.aws.Schedule.Worker;
import io.purgewise.aws.SimulatedFaults.Kind;
import io.purgewise.cache.BuildIds;
import io.purgewise.cache.CacheAccessException;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.PageRenderer;
import io.purgewise.cache.TagCache;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.DeadLetter;
import io.purgewise.outbox.DrainReport;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * One instance of a service that uses both doors: it saves content, makes it known through the outbox or directly, drains, hears of
 * events twice, and starts anew when it is killed. What it was told is accepted or done, it holds the simulation to.
 */
final class SimulatedProcess {

    private static final int MOST_ATTEMPTS = 60;

    /** One thing that a process does; {@code page} is a page, or stands for a tag or all pages. */
    record Task(What what, int page, String event) {}

    /** The kinds of tasks. */
    enum What {
        /** Content is saved and made known as a new change. */
        ACCEPT,
        /** An event is made known, perhaps for the second time; the first time its content is saved. */
        ACCEPT_ONCE,
        /** Content is saved, and revalidated at once; if that fails, it is put in the outbox. */
        REVALIDATE,
        DRAIN,
        DRAIN_WHEN_DUE,
        FLUSH,
        /** Time passes, and readers read. */
        IDLE
    }

    private final Simulation world;
    private final Worker worker;
    private final String name;
    private final Random random;
    private Duration ahead;
    private Revalidator revalidator;
    private OutboxDrainer drainer;

    SimulatedProcess(Simulation world, Worker worker, int number, Random random) {
        this.world = world;
        this.worker = worker;
        this.name = "process-" + number;
        this.random = random;
        this.ahead = Duration.ofMillis(random.nextInt(4001) - 2000);
        this.revalidator = revalidator();
        this.drainer = drainer();
    }

    private Instant time() {
        return world.clock.instant().plus(ahead);
    }

    private Weather failing(Kind before, Kind after) {
        return new Weather() {
            @Override
            public void before(String method) {
                if (world.faults.happens(before)) {
                    throw refused();
                }
            }

            @Override
            public void after(String method) {
                if (world.faults.happens(after)) {
                    throw refused();
                }
            }
        };
    }

    private static CacheAccessException refused() {
        return new CacheAccessException(
                "the simulation says so", "cache", null, new IllegalStateException("simulated"));
    }

    /** A table refuses calls, loses answers, and meets other writers. */
    private Weather table() {
        return new Weather() {
            @Override
            public void before(String method) {
                if (world.faults.happens(Kind.TABLE_REFUSES)) {
                    throw FaultyDynamo.failure("ProvisionedThroughputExceededException", 400);
                }
                if (method.equals("transactWriteItems") && world.faults.happens(Kind.TABLE_CONFLICT)) {
                    throw TableInMemory.conflict();
                }
            }

            @Override
            public void after(String method) {
                if (world.faults.happens(Kind.TABLE_ANSWER_LOST)) {
                    throw SdkClientException.create("the answer was lost");
                }
            }
        };
    }

    private Weather ledger() {
        return new Weather() {
            @Override
            public void before(String method) {
                if (world.faults.happens(Kind.LEDGER_FAILS)) {
                    throw FaultyDynamo.failure("ProvisionedThroughputExceededException", 400);
                }
            }
        };
    }

    private Ambient ambient() {
        return new Ambient(
                this::time,
                duration -> {
                    worker.point();
                    world.pass(duration);
                },
                random);
    }

    private Revalidator revalidator() {
        Ambient ambient = ambient();
        // The watch stands before the gate: a process that stands still between its decision and its call cannot know.
        Cdn cdn = new QuotaWatch(
                worker.gated(Cdn.class, world.cloudFront),
                world.quotas,
                world.clock,
                Simulation.COMPLETION,
                world.faults.canHappen(Kind.SWITCH) || world.faults.canHappen(Kind.PAUSE));
        InvalidationSubmitter submitter =
                InvalidationSubmitter.builder(cdn, ambient).quotas(world.quotas).build();
        DynamoUsageLedger ledger = new DynamoUsageLedger(
                worker.gated(DynamoDbClient.class, world.table, ledger()), Simulation.TABLE, "1", ambient.pause());
        List<Clearing> clearings = world.distributions.stream()
                .map(each -> Clearing.builder(submitter, each)
                        .ledger(ledger)
                        .budget(world.budget)
                        .build())
                .toList();
        BuildIds builds = BuildIds.following(
                () -> {
                    worker.point();
                    return world.site.build().value();
                },
                Duration.ZERO,
                Duration.ofMinutes(10));
        Revalidator.Builder builder = Revalidator.builder(SimulatedSite.SITE, clearings.get(0))
                .buildIds(builds)
                .tagCache(worker.gated(TagCache.class, world.site.table, failing(Kind.MARKS_FAIL, Kind.MARKS_FAIL)))
                .cache(worker.gated(
                        IncrementalCache.class, world.site.store, failing(Kind.STORE_FAILS, Kind.STORE_FAILS)));
        if (world.renders) {
            builder.renderer(
                    worker.gated(PageRenderer.class, world.site, failing(Kind.RENDERING_FAILS, Kind.RENDERING_FAILS)));
        }
        clearings.stream().skip(1).forEach(builder::clearing);
        return builder.build();
    }

    private OutboxDrainer drainer() {
        DynamoOutbox outbox = DynamoOutbox.of(
                worker.gated(DynamoDbClient.class, world.table, table()),
                Simulation.TABLE,
                "site",
                this::time,
                ambient().pause());
        return OutboxDrainer.builder(outbox, revalidator)
                .policy(world.policy)
                .owner(name)
                .build();
    }

    void setClockBack() {
        ahead = ahead.minusSeconds(30 + random.nextInt(300));
    }

    /** Does all tasks; one in which the process was killed is done again by its next life, as by whoever gave it. */
    void live(List<Task> tasks) {
        for (Task task : tasks) {
            Map<Integer, Integer> saved = startOf(task);
            for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
                try {
                    if (isDone(task, saved)) {
                        break;
                    }
                } catch (Killed e) {
                    worker.revive();
                    revalidator = revalidator();
                    drainer = drainer();
                }
            }
        }
    }

    private static List<Integer> pages(Task task) {
        if (task.page() < SimulatedSite.PAGES) {
            return List.of(task.page());
        }
        return task.page() == Simulation.ALL_PAGES
                ? IntStream.range(0, SimulatedSite.PAGES).boxed().toList()
                : SimulatedSite.pagesOfTag(task.page() - SimulatedSite.PAGES);
    }

    private static List<Change> changes(Task task) {
        return task.page() < SimulatedSite.PAGES || task.page() == Simulation.ALL_PAGES
                ? pages(task).stream().map(SimulatedProcess::change).toList()
                : List.of(Change.tag("t" + (task.page() - SimulatedSite.PAGES)));
    }

    private static Change change(int page) {
        return page % 2 == 0 ? Change.page(SimulatedSite.page(page)) : Change.path(SimulatedSite.path(page));
    }

    /** Saves the content of a task that has any, once, however often it is made known. */
    private Map<Integer, Integer> startOf(Task task) {
        boolean saves = task.what() == What.ACCEPT
                || task.what() == What.REVALIDATE
                || (task.what() == What.ACCEPT_ONCE && world.events.add(task.event()));
        return saves ? world.save(pages(task)) : Map.of();
    }

    private boolean isDone(Task task, Map<Integer, Integer> saved) {
        boolean accepts =
                task.what() == What.ACCEPT || task.what() == What.ACCEPT_ONCE || task.what() == What.REVALIDATE;
        if (accepts) {
            world.accepting(true);
        }
        try {
            return isDoneAtOnce(task, saved);
        } finally {
            if (accepts) {
                world.accepting(false);
            }
        }
    }

    private boolean isDoneAtOnce(Task task, Map<Integer, Integer> saved) {
        try {
            switch (task.what()) {
                case ACCEPT -> accept(task, saved);
                case ACCEPT_ONCE -> {
                    world.mayBePaid(pages(task), task.event());
                    drainer.acceptOnce(task.event(), changes(task));
                    world.accepted(saved);
                }
                case REVALIDATE -> revalidate(task, saved);
                case DRAIN -> drainLikeAService();
                case DRAIN_WHEN_DUE -> drainer.drainWhenDue();
                case FLUSH -> {
                    long before = world.acceptances();
                    if (drainer.flush(Duration.ofSeconds(5))) {
                        world.flushed(before);
                    }
                }
                case IDLE -> ambient().pause().waitFor(Duration.ofSeconds(1 + random.nextInt(20)));
            }
            return true;
        } catch (PurgewiseException e) {
            world.pass(Duration.ofSeconds(2));
            return false;
        } catch (InterruptedException e) {
            throw new Violation("nobody interrupts: " + e);
        }
    }

    /** Drains, and looks again for some minutes while another holds a lease, which may be dead or stand still. */
    private void drainLikeAService() throws InterruptedException {
        for (int i = 0; i < 6 && isHeldElsewhere(drainer.drain()); i++) {
            ambient().pause().waitFor(Duration.ofSeconds(16));
        }
    }

    private static boolean isHeldElsewhere(DrainReport report) {
        return report.lanes().stream().anyMatch(lane -> lane.outcome() == DrainReport.Outcome.HELD_ELSEWHERE);
    }

    private void accept(Task task, Map<Integer, Integer> saved) {
        world.mayBePaid(pages(task), null);
        drainer.accept(changes(task));
        world.accepted(saved);
    }

    private void revalidate(Task task, Map<Integer, Integer> saved) throws InterruptedException {
        world.mayBePaid(pages(task), null);
        world.directStarted();
        Receipt receipt = revalidator.revalidate(changes(task));
        boolean done = receipt.problems().isEmpty() && receipt.await(Duration.ofMinutes(3));
        world.directEnded(done);
        if (done) {
            world.promised(saved, name);
        } else {
            accept(task, saved);
        }
    }

    DrainReport drain() {
        return drainer.drain();
    }

    List<DeadLetter> deadLetters() {
        return drainer.deadLetters();
    }
}
