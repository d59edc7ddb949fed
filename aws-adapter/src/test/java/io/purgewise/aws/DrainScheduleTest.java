package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.aws.Schedule.Move;
import io.purgewise.aws.Schedule.Worker;
import io.purgewise.cache.TagCache;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.CdnQuotas;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.cdn.UsageLedger;
import io.purgewise.outbox.Acceptance;
import io.purgewise.outbox.DrainPolicy;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.testkit.CallerReferenceMemory;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.EdgeCache;
import io.purgewise.testkit.EdgeResponse;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.Fault;
import io.purgewise.testkit.InMemoryTagCache;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Explores schedules of two instances that append and drain the same outbox: killed, interleaved or asleep past their lease at
 * every single step, at every pair of steps, and at random ones. After each, a third instance finishes, and then every change
 * must be cleared, no path paid twice, and the ledger equal to the bill.
 */
class DrainScheduleTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final YearMonth MONTH = YearMonth.of(2026, 11);
    private static final DistributionId SITE = DistributionId.of("E1SITE");
    private static final DistributionId OTHER = DistributionId.of("E2OTHER");
    private static final int PAGES_PER_WORKER = 3;

    /** A site whose pages have one URL each, so that a bill shows what was paid twice. */
    private static final Site SHOP =
            Site.builder(BuildId.of("B")).queryStringsInCacheKey(false).build();

    /** Whether to explore everything, which takes minutes, or a part that fits in every build. */
    private static final boolean SOAK = Boolean.getBoolean("purgewise.soak");

    /** Quiet while it runs, since each fault is a warning. Held, since loggers are forgotten. */
    private static final Logger PURGEWISE = Logger.getLogger("io.purgewise");

    private static final Level LEVEL = PURGEWISE.getLevel();

    @BeforeAll
    static void quiet() {
        PURGEWISE.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        PURGEWISE.setLevel(LEVEL);
    }

    /** What one instance works on: its own view of shared stores, gated by its worker. */
    private record Ports(Outbox outbox, UsageLedger ledger, TagCache tags) {}

    /** One world: clock, CDN, edges and stores, in which one schedule is run. */
    private static final class World {

        final ManualClock clock = ManualClock.startingAt(START);
        final InMemoryTagCache table = InMemoryTagCache.create();
        final FakeCloudFront cloudFront;
        final List<DistributionId> distributions;
        final Map<DistributionId, EdgeCache> edges = new HashMap<>();
        final Map<String, Instant> accepted = new TreeMap<>();
        DrainPolicy policy = DrainPolicy.ofDefaults();
        private int version = 1;

        World(CallerReferenceMemory memory, DistributionId... distributions) {
            this.distributions = List.of(distributions);
            cloudFront = FakeCloudFront.builder(clock)
                    .distribution(SITE)
                    .distribution(OTHER)
                    .quotas(FakeQuotas.none())
                    .callerReferences(memory)
                    .delays(Duration.ZERO, Duration.ofSeconds(1))
                    .build();
            for (DistributionId each : this.distributions) {
                EdgeCache edge = EdgeCache.builder(request -> EdgeResponse.ok("v" + version), clock)
                        .build();
                cloudFront.attach(each, edge);
                for (int i = 0; i < 2 * PAGES_PER_WORKER; i++) {
                    edge.get("/p" + i);
                }
                edges.put(each, edge);
            }
            version = 2;
        }

        /** Accepts a few changes, one by one, and drains until nothing waits. */
        void work(Worker worker, int number, Ports ports) {
            OutboxDrainer drainer =
                    drainer(worker.gated(Cdn.class, cloudFront), ports, new Random(number), "worker-" + number);
            for (int i = 0; i < PAGES_PER_WORKER; i++) {
                String page = "/p" + (number * PAGES_PER_WORKER + i);
                Acceptance acceptance = drainer.accept(Change.page(Page.of(Router.APP_PAGE, page)));
                accepted.put(page, acceptance.entries().get(0).acceptedAt());
                if (i != 1) {
                    drainer.drain();
                }
            }
        }

        OutboxDrainer drainer(Cdn cdn, Ports ports, Random random, String owner) {
            Ambient ambient = new Ambient(clock, clock::advance, random);
            InvalidationSubmitter submitter = InvalidationSubmitter.builder(cdn, ambient)
                    .quotas(CdnQuotas.inProgressTable())
                    .build();
            List<Clearing> clearings = distributions.stream()
                    .map(each -> Clearing.builder(submitter, each)
                            .ledger(ports.ledger())
                            .build())
                    .toList();
            Revalidator.Builder revalidator =
                    Revalidator.builder(SHOP, clearings.get(0)).tagCache(ports.tags());
            clearings.stream().skip(1).forEach(revalidator::clearing);
            return OutboxDrainer.builder(ports.outbox(), revalidator.build())
                    .policy(policy)
                    .owner(owner)
                    .build();
        }

        void finish(Ports ports) {
            OutboxDrainer drainer = drainer(cloudFront, ports, new Random(99), "last");
            for (int i = 0; i < 200; i++) {
                if (drainer.drain().isComplete()) {
                    return;
                }
                clock.advance(Duration.ofSeconds(10));
            }
            throw new AssertionError("the outbox does not become empty: " + drainer.drain());
        }

        void check(Ports ports, String schedule) {
            clock.advance(Duration.ofMinutes(1));
            long paid = 0;
            for (DistributionId each : distributions) {
                EdgeCache edge = Objects.requireNonNull(edges.get(each));
                for (String page : accepted.keySet()) {
                    assertThat(edge.get(page).body())
                            .as("%s after %s", page, schedule)
                            .isEqualTo("v2");
                }
                Bill bill = new Bill(cloudFront, each);
                assertThat(bill.missed(accepted)).as("lost after %s", schedule).isEmpty();
                assertThat(bill.paidTwice()).as("paid twice after %s", schedule).isEmpty();
                paid += bill.paths();
            }
            assertThat(cloudFront.meter().totalPaths())
                    .as("paths paid after %s", schedule)
                    .isEqualTo(paid);
            assertThat(ports.ledger().paths(MONTH))
                    .as("ledger after %s", schedule)
                    .isEqualTo(paid);
        }
    }

    /** Makes the stores of a world, and for each worker a gated view of them. */
    private interface Stores {
        Ports view(World world, Worker worker);

        Ports plain(World world);
    }

    private static Stores inMemory(World world) {
        Outbox outbox = Outbox.inMemory(world.clock);
        UsageLedger ledger = UsageLedger.inMemory();
        return new Stores() {
            @Override
            public Ports view(World each, Worker worker) {
                return new Ports(
                        worker.gated(Outbox.class, outbox),
                        worker.gated(UsageLedger.class, ledger),
                        worker.gated(TagCache.class, world.table));
            }

            @Override
            public Ports plain(World each) {
                return new Ports(outbox, ledger, world.table);
            }
        };
    }

    private static Stores dynamo(DynamoDbClient shared, PurgewiseTable table, String name) {
        return new Stores() {
            @Override
            public Ports view(World world, Worker worker) {
                return ports(
                        world, worker.gated(DynamoDbClient.class, shared), worker.gated(TagCache.class, world.table));
            }

            @Override
            public Ports plain(World world) {
                return ports(world, shared, world.table);
            }

            private Ports ports(World world, DynamoDbClient client, TagCache tags) {
                return new Ports(
                        DynamoOutbox.of(client, table, name, world.clock, world.clock::advance),
                        new DynamoUsageLedger(client, table, name, world.clock::advance),
                        tags);
            }
        };
    }

    private static int run(World world, Stores stores, Schedule.Decider decider, Supplier<String> name) {
        Schedule schedule = new Schedule(world.clock, DynamoOutbox.LEASE_DURATION);
        for (int i = 0; i < 2; i++) {
            int number = i;
            schedule.worker(worker -> world.work(worker, number, stores.view(world, worker)));
        }
        int steps = schedule.run(decider);
        world.cloudFront.failBy(call -> Fault.NONE);
        world.cloudFront.allow(OTHER);
        Ports plain = stores.plain(world);
        world.finish(plain);
        world.check(plain, name.get());
        return steps;
    }

    private static Schedule.Decider at(int first, Move firstMove, int second, Move secondMove) {
        return step -> step == first ? firstMove : step == second ? secondMove : Move.GO_ON;
    }

    private static final List<Move> DEVIATIONS = List.of(Move.KILL, Move.SWITCH, Move.OVERSLEEP);

    @Test
    void everyPairOfDeviationsInMemory() {
        int runs = 0;
        List<CallerReferenceMemory> memories = List.of(CallerReferenceMemory.values());
        int steps = inMemory(CallerReferenceMemory.OBSERVED, step -> Move.GO_ON, "no deviation");
        for (Move first : DEVIATIONS) {
            for (Move second : DEVIATIONS) {
                for (int i = 0; i < steps; i++) {
                    // A second deviation matters most shortly after the first one.
                    for (int j = i + 1; j < Math.min(steps + 10, i + (SOAK ? 60 : 3)); j++) {
                        Schedule.Decider decider = at(i, first, j, second);
                        String name = first + "@" + i + " " + second + "@" + j;
                        // The CDN's memory matters little here, so each pair has one of the two in turn, but in the
                        // soak.
                        for (CallerReferenceMemory memory : SOAK ? memories : memories.subList(j % 2, j % 2 + 1)) {
                            inMemory(memory, decider, name + " " + memory);
                            runs++;
                        }
                    }
                }
            }
        }
        assertThat(runs).isGreaterThan(SOAK ? 20_000 : 2_000);
        System.out.printf("%d schedules with pairs of deviations in memory%n", runs);
    }

    private static int inMemory(CallerReferenceMemory memory, Schedule.Decider decider, String name) {
        World world = new World(memory, SITE);
        return run(world, inMemory(world), decider, () -> name);
    }

    /** The second distribution is forbidden at first, and takes calls from the fourth submission on. */
    @Test
    void everyDeviationAroundADistributionThatRefuses() {
        int steps = withRefusal(step -> Move.GO_ON, "no deviation");
        int runs = 0;
        for (Move first : DEVIATIONS) {
            for (Move second : DEVIATIONS) {
                for (int i = 0; i < steps; i += SOAK ? 1 : 2) {
                    for (int j = i + 1; j < (SOAK ? Math.min(steps + 10, i + 40) : i + 2); j++) {
                        withRefusal(at(i, first, j, second), first + "@" + i + " " + second + "@" + j);
                        runs++;
                    }
                }
            }
        }
        assertThat(runs).isGreaterThan(500);
        System.out.printf("%d schedules around a distribution that refuses, of %d steps%n", runs, steps);
    }

    private static int withRefusal(Schedule.Decider decider, String name) {
        World world = new World(CallerReferenceMemory.OBSERVED, OTHER, SITE);
        world.cloudFront.forbid(OTHER);
        world.cloudFront.failBy(call -> {
            if (world.cloudFront.calls(CdnCall.SUBMIT) > 3) {
                world.cloudFront.allow(OTHER);
            }
            return Fault.NONE;
        });
        return run(world, inMemory(world), decider, () -> name);
    }

    @Test
    void randomSchedulesUnderRandomFaultsInMemory() {
        int seeds = SOAK ? 50_000 : 500;
        for (int seed = 0; seed < seeds; seed++) {
            Random random = new Random(seed);
            CallerReferenceMemory memory =
                    random.nextBoolean() ? CallerReferenceMemory.DOCUMENTED : CallerReferenceMemory.OBSERVED;
            boolean refusals = random.nextInt(3) == 0;
            World world = refusals ? new World(memory, OTHER, SITE) : new World(memory, SITE);
            if (random.nextInt(4) == 0) {
                world.policy = DrainPolicy.builder()
                        .fewestItemsAt(2, Duration.ofHours(1))
                        .everythingAt(4, Duration.ofHours(2))
                        .build();
            }
            List<Fault> faults = List.of(
                    Fault.DROP_ANSWER, Fault.DROP_REQUEST, Fault.UNAVAILABLE_BUT_DONE, Fault.THROTTLED, Fault.TOO_MANY);
            world.cloudFront.failBy(call -> {
                if (refusals && random.nextInt(4) == 0) {
                    forbidOrAllow(world.cloudFront, random.nextBoolean());
                }
                return random.nextInt(100) < (call == CdnCall.SUBMIT ? 40 : 10)
                        ? faults.get(random.nextInt(call == CdnCall.SUBMIT ? 5 : 4))
                        : Fault.NONE;
            });
            String name = "seed " + seed;
            run(world, inMemory(world), randomly(random), () -> name);
        }
        System.out.printf("%d random schedules in memory%n", seeds);
    }

    private static void forbidOrAllow(FakeCloudFront cloudFront, boolean forbid) {
        if (forbid) {
            cloudFront.forbid(OTHER);
        } else {
            cloudFront.allow(OTHER);
        }
    }

    private static Schedule.Decider randomly(Random random) {
        return step -> switch (random.nextInt(40)) {
            case 0 -> Move.KILL;
            case 1, 2 -> Move.OVERSLEEP;
            case 3, 4, 5, 6, 7, 8 -> Move.SWITCH;
            default -> Move.GO_ON;
        };
    }

    private static int onDynamo(DynamoDbClient client, PurgewiseTable table, int run, Schedule.Decider decider) {
        World world = new World(run % 2 == 0 ? CallerReferenceMemory.DOCUMENTED : CallerReferenceMemory.OBSERVED, SITE);
        return run(world, dynamo(client, table, "run-" + run), decider, () -> "run " + run);
    }

    /** Kills and sleeps at each step of which {@code every} says so, and random schedules. */
    private static void exploreDynamo(DynamoDbClient client, PurgewiseTable table, int every, int seeds) {
        int steps = onDynamo(client, table, 0, step -> Move.GO_ON);
        List<Schedule.Decider> deciders = new ArrayList<>();
        for (int i = 0; i < steps; i += every) {
            deciders.add(at(i, Move.KILL, -1, Move.GO_ON));
            // The other worker must see the same beat twice; so it comes back past the lease.
            deciders.add(at(i, Move.OVERSLEEP, i + 8, Move.OVERSLEEP));
        }
        for (int seed = 0; seed < seeds; seed++) {
            deciders.add(randomly(new Random(seed)));
        }
        for (int i = 0; i < deciders.size(); i++) {
            onDynamo(client, table, i + 1, deciders.get(i));
        }
        assertThat(steps).isGreaterThan(50);
        System.out.printf("%d schedules of %d steps on %s%n", deciders.size(), steps, client.getClass());
    }

    @Test
    void everySingleDeviationOnATableInMemory() {
        exploreDynamo(new TableInMemory(), new PurgewiseTable("purgewise"), SOAK ? 1 : 2, SOAK ? 10_000 : 100);
    }

    /** A few on DynamoDB itself, which takes seconds for each: the contracts hold the table in memory to it. */
    @Test
    void someDeviationsOnDynamoDb() {
        try (LocalPurgewiseTable local = new LocalPurgewiseTable()) {
            exploreDynamo(local.client(), local.table, SOAK ? 1 : 200, SOAK ? 500 : 1);
        }
    }
}
