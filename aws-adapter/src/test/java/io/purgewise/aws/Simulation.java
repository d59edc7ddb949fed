package io.purgewise.aws;

import io.purgewise.aws.Schedule.Move;
import io.purgewise.aws.SimulatedFaults.Fault;
import io.purgewise.aws.SimulatedFaults.Kind;
import io.purgewise.aws.SimulatedProcess.Task;
import io.purgewise.aws.SimulatedProcess.What;
import io.purgewise.cdn.Budget;
import io.purgewise.cdn.CdnQuotas;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.outbox.DrainPolicy;
import io.purgewise.outbox.DrainReport;
import io.purgewise.outbox.DrainReport.Outcome;
import io.purgewise.testkit.CallerReferenceMemory;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Plays one schedule, which follows from one number: what several processes do and what goes wrong on the way. One process runs at a time,
 * on a clock that only waiting moves. In the end one process finishes in fair weather, and then nothing that was accepted may be
 * lost, nothing paid twice, no reader get an old page, and budget, quotas and ledger must be kept.
 *
 * <p>The ports are the product's own: outbox, lease and ledger of DynamoDB on a table in memory, {@code Revalidator} and
 * {@code OutboxDrainer} on the testkit's CDN and a site with stored pages, tag table, deploys and edges.
 */
final class Simulation {

    static final PurgewiseTable TABLE = new PurgewiseTable("purgewise");
    static final Duration COMPLETION = Duration.ofSeconds(20);

    /** Stands in a task for all pages; the two numbers before it stand for the tags. */
    static final int ALL_PAGES = SimulatedSite.PAGES + 2;

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    /** From which step on nothing goes wrong any more, so that every schedule has an end. */
    private static final int FAIR_FROM = 3_000;

    /** Within what time all that was accepted is cleared once nothing goes wrong any more; a lease is waited for 16 minutes. */
    private static final Duration BOUND = Duration.ofMinutes(30);

    final SimulatedFaults faults;
    final ManualClock clock = ManualClock.startingAt(START);
    final SimulatedSite site = new SimulatedSite(clock);
    final TableInMemory table = new TableInMemory();
    final List<DistributionId> distributions = new ArrayList<>();
    final FakeCloudFront cloudFront;
    final CdnQuotas quotas;
    final Budget budget;
    final DrainPolicy policy;
    final boolean renders;
    final Set<String> events = new HashSet<>();

    private final Random random;
    private final List<List<Task>> tasks = new ArrayList<>();
    private final int[] known = new int[SimulatedSite.PAGES];
    private final Map<String, Integer> mayBePaid = new HashMap<>();
    private final Set<String> paidFor = new HashSet<>();
    private final List<SimulatedProcess> processes = new ArrayList<>();
    private long acceptances;
    private int acceptancesUnderWay;
    private int directUnderWay;
    private boolean someIsUncounted;
    private boolean inTheEnd;

    private Simulation(long seed, SimulatedFaults faults) {
        this.faults = faults;
        this.random = new Random(seed);
        int width = 1 + random.nextInt(4);
        FakeCloudFront.Builder cdn = FakeCloudFront.builder(clock)
                .callerReferences(
                        random.nextBoolean() ? CallerReferenceMemory.DOCUMENTED : CallerReferenceMemory.OBSERVED)
                .delays(Duration.ofSeconds(4), COMPLETION)
                .quotas(new FakeQuotas(
                        width + 1,
                        2,
                        width,
                        FakeQuotas.Rate.UNLIMITED,
                        FakeQuotas.Rate.UNLIMITED,
                        new FakeQuotas.Rate(1, Duration.ofSeconds(2))));
        for (int i = random.nextInt(3) == 0 ? 2 : 1; i > 0; i--) {
            distributions.add(DistributionId.of("E" + i + "SITE"));
        }
        distributions.forEach(cdn::distribution);
        cloudFront = cdn.build();
        for (DistributionId each : distributions) {
            for (int i = 0; i < 2; i++) {
                cloudFront.attach(each, site.addEdge());
            }
        }
        quotas = CdnQuotas.inProgressTable().toBuilder()
                .itemsPerBatch(width)
                .itemsInProgress(width + 1)
                .wildcardsPerBatch(1)
                .wildcardsInProgress(2)
                .build();
        boolean counts = !faults.canHappen(Kind.LEDGER_FAILS);
        budget = counts && random.nextInt(4) == 0
                ? Budget.of(SimulatedSite.PAGES + random.nextInt(6), Budget.Reaction.DEFER)
                : Budget.UNLIMITED;
        policy = policy();
        renders = random.nextInt(4) == 0;
        for (int i = 2 + random.nextInt(2); i > 0; i--) {
            tasks.add(tasks());
        }
        cloudFront.failBy(this::weather);
        site.table.failOn(row -> faults.happens(Kind.ROW_FAILS));
    }

    private DrainPolicy policy() {
        DrainPolicy.Builder builder = DrainPolicy.builder().maxEntries(1 + random.nextInt(5));
        return random.nextInt(4) == 0
                ? builder.fewestItemsAt(2, Duration.ofHours(1))
                        .everythingAt(4, Duration.ofHours(2))
                        .build()
                : builder.build();
    }

    private List<Task> tasks() {
        List<Task> some = new ArrayList<>();
        What[] all = What.values();
        for (int i = 3 + random.nextInt(4); i > 0; i--) {
            int event = random.nextInt(4);
            What what = all[random.nextInt(all.length)];
            // An event means the same to whoever hears of it.
            int page = what == What.ACCEPT_ONCE ? event : random.nextInt(ALL_PAGES + 1);
            some.add(new Task(what, page, "event-" + event));
        }
        return some;
    }

    private io.purgewise.testkit.Fault weather(CdnCall call) {
        if (faults.happens(Kind.CDN_REQUEST_LOST)) {
            return io.purgewise.testkit.Fault.DROP_REQUEST;
        }
        if (faults.happens(Kind.CDN_THROTTLES)) {
            return io.purgewise.testkit.Fault.THROTTLED;
        }
        if (faults.happens(Kind.CDN_ANSWER_LOST)) {
            return random.nextBoolean()
                    ? io.purgewise.testkit.Fault.DROP_ANSWER
                    : io.purgewise.testkit.Fault.UNAVAILABLE_BUT_DONE;
        }
        return call == CdnCall.SUBMIT && faults.happens(Kind.CDN_BUSY)
                ? io.purgewise.testkit.Fault.TOO_MANY
                : io.purgewise.testkit.Fault.NONE;
    }

    /**
     * Plays a schedule.
     *
     * @param seed its number
     * @param leftOut what does not go wrong though it would
     * @return what went wrong on the way
     * @throws Violation if something happened that must never happen
     */
    static Played play(long seed, Set<Fault> leftOut) {
        SimulatedFaults faults = new SimulatedFaults(seed, leftOut);
        Simulation simulation = new Simulation(seed, faults);
        @Nullable Throwable failure = null;
        try {
            simulation.run();
        } catch (Throwable e) {
            failure = e.getCause() instanceof Violation violation ? violation : e;
        }
        return new Played(faults.happened(), failure);
    }

    /** What went wrong on the way, and what happened then that must never happen; null if nothing did. */
    record Played(List<Fault> faults, @Nullable Throwable failure) {

        /** Returns which invariant is broken, without the particulars. */
        String invariant() {
            String text = String.valueOf(failure == null ? null : failure.getMessage());
            return failure instanceof Violation ? text.substring(0, text.indexOf(':')) : "no exception";
        }
    }

    /**
     * Leaves out whatever a failure does not need: halves first, then ever smaller parts, then single faults, until none can go.
     *
     * @param seed the number of a schedule that fails
     * @return the schedule with the fewest faults that were found to break the same invariant
     */
    static Played smallest(long seed) {
        Played smallest = play(seed, Set.of());
        String invariant = smallest.invariant();
        Set<Fault> leftOut = new HashSet<>();
        int part = Math.max(1, smallest.faults().size() / 2);
        while (part > 0) {
            boolean smaller = false;
            for (int from = 0; from < smallest.faults().size(); from += part) {
                List<Fault> faults = smallest.faults();
                Set<Fault> more = new HashSet<>(leftOut);
                more.addAll(faults.subList(from, Math.min(faults.size(), from + part)));
                Played without = play(seed, more);
                if (without.failure() != null
                        && without.invariant().equals(invariant)
                        && without.faults().size() < faults.size()) {
                    smallest = without;
                    leftOut = more;
                    smaller = true;
                    from -= part;
                }
            }
            part = part == 1 && smaller ? 1 : part / 2;
        }
        return smallest;
    }

    private void run() {
        Schedule schedule = new Schedule(clock, DynamoOutbox.LEASE_DURATION.plusSeconds(1));
        for (int i = 0; i < tasks.size(); i++) {
            int number = i;
            Random own = new Random(random.nextLong());
            schedule.worker(worker -> {
                SimulatedProcess process = new SimulatedProcess(this, worker, number, own);
                processes.add(process);
                process.live(tasks.get(number));
            });
        }
        schedule.run(this::move);
        faults.end();
        inTheEnd = true;
        Schedule end = new Schedule(clock, DynamoOutbox.LEASE_DURATION);
        end.worker(worker -> finish(new SimulatedProcess(this, worker, 99, new Random(random.nextLong()))));
        end.run(step -> Move.GO_ON);
        check();
    }

    private Move move(int step) {
        if (step == FAIR_FROM) {
            faults.end();
        }
        if (faults.happens(Kind.DEPLOY)) {
            site.deploy();
        }
        if (faults.happens(Kind.CLOCK_SET_BACK)) {
            processes.get(random.nextInt(processes.size())).setClockBack();
        }
        if (faults.happens(Kind.KILL)) {
            someIsUncounted |= directUnderWay > 0;
            return Move.KILL;
        }
        if (faults.happens(Kind.PAUSE)) {
            return Move.OVERSLEEP;
        }
        return faults.happens(Kind.SWITCH) ? Move.SWITCH : Move.GO_ON;
    }

    /** Lets time pass, in which readers read. */
    void pass(Duration duration) {
        clock.advance(duration);
        if (!inTheEnd && random.nextInt(4) == 0) {
            site.read(random.nextInt(1000));
        }
    }

    /** Saves new content of pages; returns the version of each that readers are to get. */
    Map<Integer, Integer> save(List<Integer> pages) {
        Map<Integer, Integer> saved = new TreeMap<>();
        pages.forEach(page -> saved.put(page, site.edit(page)));
        return saved;
    }

    /** Notes that a change was made known, so that its pages may be paid for once more; an event counts once. */
    void mayBePaid(List<Integer> pages, @Nullable String event) {
        if (event == null || paidFor.add(event)) {
            pages.forEach(page -> mayBePaid.merge(SimulatedSite.path(page), 1, Integer::sum));
        }
    }

    /** Notes that readers were promised content, sooner or later. */
    void accepted(Map<Integer, Integer> saved) {
        saved.forEach((page, version) -> known[page] = Math.max(known[page], version));
    }

    /** Somebody begins to make something known, or is done with it. */
    void accepting(boolean begins) {
        acceptances++;
        acceptancesUnderWay += begins ? 1 : -1;
    }

    long acceptances() {
        return acceptances;
    }

    /** Checks that nothing waits that was made known before a flush, whose word is that all is carried through. */
    void flushed(long acceptancesBefore) {
        if (acceptancesUnderWay == 0 && acceptances == acceptancesBefore && table.rowsIn("#lane#") > 0) {
            throw new Violation(
                    "lost: a flush said that all is carried through, and " + table.rowsIn("#lane#") + " changes wait");
        }
    }

    void directStarted() {
        directUnderWay++;
    }

    /** Notes the end of a direct call; what it gave up may be billed all the same, and then nobody counts it. */
    void directEnded(boolean done) {
        directUnderWay--;
        someIsUncounted |= !done;
    }

    /** Checks that readers get now what a receipt says that they get. */
    void promised(Map<Integer, Integer> saved, String by) {
        accepted(saved);
        saved.forEach((page, version) -> {
            if (site.versionForReaders(page) < version) {
                throw new Violation("stale: " + by + " was told that page " + page
                        + " is fresh, and readers get version " + site.versionForReaders(page) + " of " + version);
            }
        });
    }

    private void finish(SimulatedProcess last) {
        Instant since = clock.instant();
        DrainReport report = last.drain();
        int months = 0;
        while (!report.isComplete()) {
            if (report.lanes().stream().anyMatch(lane -> isWithoutBudget(lane))) {
                nextMonth();
                since = clock.instant();
                if (++months > 12) {
                    throw new Violation("lost: the budget defers for a year: " + report);
                }
            }
            if (Duration.between(since, clock.instant()).compareTo(BOUND) > 0) {
                throw new Violation("stale beyond the bound: still waiting after " + BOUND + ": " + report);
            }
            clock.advance(Duration.ofSeconds(10));
            report = last.drain();
        }
        if (!last.deadLetters().isEmpty()) {
            throw new Violation("lost: " + last.deadLetters());
        }
        clock.advance(Duration.ofMinutes(1));
    }

    /** Another lane may have used the budget up between the plan and its submission. */
    private static boolean isWithoutBudget(DrainReport.OfLane lane) {
        return lane.outcome() == Outcome.DEFERRED || lane.reason().contains("the budget of");
    }

    private void nextMonth() {
        Instant next = month(clock.instant())
                .plusMonths(1)
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        clock.advance(Duration.between(clock.instant(), next).plusSeconds(10));
    }

    private static YearMonth month(Instant instant) {
        return YearMonth.from(instant.atZone(ZoneOffset.UTC));
    }

    private void check() {
        for (int page = 0; page < SimulatedSite.PAGES; page++) {
            int version = site.versionForReaders(page);
            if (version < known[page]) {
                throw new Violation("stale: readers get version " + version + " of page " + page
                        + ", and were promised " + known[page]);
            }
        }
        Map<YearMonth, Long> paid = new TreeMap<>();
        for (DistributionId each : distributions) {
            checkBill(each, paid);
        }
        checkLedger(paid);
        if (table.rowsIn("#lane#") > 0) {
            throw new Violation("memory: " + table.rowsIn("#lane#") + " changes are left in an outbox that is empty");
        }
    }

    private void checkBill(DistributionId distribution, Map<YearMonth, Long> paid) {
        Set<String> references = new HashSet<>();
        Map<String, Integer> times = new HashMap<>();
        for (Invalidation each : cloudFront.accepted(distribution)) {
            paid.merge(month(each.createTime()), (long) each.quantity(), Long::sum);
            if (!references.add(each.callerReference().value())) {
                throw new Violation("paid twice: " + each);
            }
            each.paths().forEach(path -> times.merge(path, 1, Integer::sum));
        }
        times.forEach((path, count) -> {
            if (!path.endsWith("*") && count > mayBePaid.getOrDefault(path, 0)) {
                throw new Violation("paid twice: " + path + " was changed " + mayBePaid.getOrDefault(path, 0)
                        + " times at most and paid for " + count + " times at " + distribution);
            }
        });
    }

    private void checkLedger(Map<YearMonth, Long> paid) {
        if (faults.canHappen(Kind.LEDGER_FAILS)) {
            return;
        }
        DynamoUsageLedger ledger = new DynamoUsageLedger(table, TABLE, "1", clock::advance);
        paid.forEach((month, paths) -> {
            long counted = ledger.paths(month);
            boolean agrees = budget.equals(Budget.UNLIMITED) ? counted == paths : counted >= paths;
            if (!someIsUncounted && !agrees) {
                throw new Violation(
                        "ledger: " + counted + " paths are counted in " + month + " and " + paths + " billed");
            }
            if (paths > budget.hardPaths()) {
                throw new Violation("budget: " + paths + " paths in " + month + " with " + budget);
            }
        });
    }
}
