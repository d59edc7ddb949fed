package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cdn.DistributionId;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.testkit.CallerReferenceMemory;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.EdgeCache;
import io.purgewise.testkit.EdgeResponse;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.Fault;
import io.purgewise.testkit.FaultPlan;
import io.purgewise.testkit.HttpFakeCloudFront;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Kills real processes: four at a time accept changes, mark them in a tag table and drain one outbox, both in DynamoDB Local, into
 * three distributions of CloudFront over HTTP, which drops answers and throttles; one of them is busy, and one refuses part of the
 * time. Each dies by SIGKILL, half of them exactly before or after a call to AWS, half at a
 * random time; some are stopped past their lease first and go on. At the end every accepted change is cleared at each edge, and
 * no path was paid twice.
 *
 * <p>50 kills in the default build; 1,000 in the profile {@code soak}, or as many as {@code -Dpurgewise.kills} says.
 */
class KilledProcessesTest {

    private static final int PROCESSES = 4;
    private static final int KILLS =
            Integer.getInteger("purgewise.kills", Boolean.getBoolean("purgewise.soak") ? 1000 : 50);
    private static final int LAST_CALL_TO_DIE_AT = 120;

    private final Map<String, Instant> accepted = new ConcurrentHashMap<>();
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger killedAtPoints = new AtomicInteger();
    private final AtomicInteger overslept = new AtomicInteger();
    private final AtomicReference<String> unexpected = new AtomicReference<>("");
    private final AtomicLong version = new AtomicLong(1);

    private final FakeCloudFront cloudFront = FakeCloudFront.builder(InstantSource.system())
            .distribution(DrainWorkerMain.SITE)
            .distribution(DrainWorkerMain.BUSY)
            .distribution(DrainWorkerMain.MOODY)
            .quotas(new FakeQuotas(
                    3000, 15, 3000, FakeQuotas.Rate.UNLIMITED, FakeQuotas.Rate.UNLIMITED, FakeQuotas.Rate.UNLIMITED))
            .callerReferences(CallerReferenceMemory.OBSERVED)
            .delays(Duration.ZERO, Duration.ofSeconds(1))
            .build();
    private final Map<DistributionId, EdgeCache> edges = new HashMap<>();

    @Test
    void nothingIsLostAndNothingIsPaidTwice(@TempDir Path folder) throws Exception {
        for (DistributionId each : DrainWorkerMain.DISTRIBUTIONS) {
            EdgeCache edge = EdgeCache.builder(request -> EdgeResponse.ok("v" + version.get()), InstantSource.system())
                    .build();
            cloudFront.attach(each, edge);
            edges.put(each, edge);
        }
        long start = System.nanoTime();
        try (LocalPurgewiseTable local = new LocalPurgewiseTable();
                LocalTagTable tags = new LocalTagTable();
                HttpFakeCloudFront http = HttpFakeCloudFront.start(cloudFront)) {
            WorkerJvm jvm = new WorkerJvm(folder);
            Arguments arguments = (number, call, mode) -> List.of(
                    DynamoServer.shared().endpoint().toString(),
                    http.endpoint().toString(),
                    local.table.name(),
                    Integer.toString(number),
                    Integer.toString(call),
                    mode,
                    tags.name());
            jvm.train(arguments.of(999_999, -1, "train"));
            cloudFront.failBy(faults(new Random(5)));
            ExecutorService parents = Executors.newFixedThreadPool(PROCESSES);
            try {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < PROCESSES; i++) {
                    Random random = new Random(1000 + i);
                    all.add(parents.submit(() -> startAndKillAll(jvm, arguments, random)));
                }
                for (Future<?> each : all) {
                    each.get();
                }
            } finally {
                parents.shutdownNow();
            }
            finishAndCheck(local, tags, http);
            System.out.printf(
                    "%d kills (%d at exact calls, %d overslept first) in %d s: %d changes accepted, %d paths paid at three"
                            + " distributions, %d of the first one's wildcards, %d submissions%n",
                    started.get(),
                    killedAtPoints.get(),
                    overslept.get(),
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                    accepted.size(),
                    cloudFront.meter().totalPaths(),
                    new Bill(cloudFront, DrainWorkerMain.SITE).wildcards(),
                    cloudFront.calls(CdnCall.SUBMIT));
        }
    }

    private FaultPlan faults(Random random) {
        Fault[] some = {
            Fault.DROP_ANSWER, Fault.UNAVAILABLE_BUT_DONE, Fault.DROP_REQUEST, Fault.THROTTLED, Fault.TOO_MANY
        };
        return new FaultPlan() {
            @Override
            public Fault next(CdnCall call) {
                return Fault.NONE;
            }

            @Override
            public synchronized Fault next(CdnCall call, DistributionId distribution) {
                if (distribution.equals(DrainWorkerMain.BUSY) && call == CdnCall.SUBMIT && random.nextInt(100) < 80) {
                    return Fault.TOO_MANY;
                }
                if (distribution.equals(DrainWorkerMain.MOODY) && random.nextInt(12) == 0) {
                    refuse(random.nextBoolean());
                }
                boolean fails = random.nextInt(100) < (call == CdnCall.SUBMIT ? 25 : 3);
                return fails ? some[random.nextInt(call == CdnCall.SUBMIT ? 5 : 4)] : Fault.NONE;
            }
        };
    }

    private void refuse(boolean refuse) {
        if (refuse) {
            cloudFront.forbid(DrainWorkerMain.MOODY);
        } else {
            cloudFront.allow(DrainWorkerMain.MOODY);
        }
    }

    /** What a worker is started with. */
    private interface Arguments {
        List<String> of(int number, int call, String mode);
    }

    private Void startAndKillAll(WorkerJvm jvm, Arguments arguments, Random random)
            throws IOException, InterruptedException {
        while (true) {
            int number = started.getAndIncrement();
            if (number >= KILLS) {
                started.decrementAndGet();
                return null;
            }
            warm(number);
            int call = 2 + random.nextInt(LAST_CALL_TO_DIE_AT);
            startAndKill(jvm, arguments, number, call, random.nextBoolean(), random);
        }
    }

    /** Lets a reader bring the old version of every page of a worker to the edge. */
    private void warm(int number) {
        synchronized (edges) {
            version.set(1);
            for (EdgeCache edge : edges.values()) {
                for (int i = 0; i < 120; i++) {
                    edge.get("/worker-" + number + "/" + number + "-" + i);
                }
            }
            version.set(2);
        }
    }

    private void startAndKill(WorkerJvm jvm, Arguments arguments, int number, int call, boolean exactly, Random random)
            throws IOException, InterruptedException {
        Process process = jvm.start(arguments.of(number, call, exactly ? "stop" : "go-on"));
        CountDownLatch point = new CountDownLatch(1);
        Thread reader = new Thread(() -> read(process, number, point), "reader-" + number);
        reader.start();
        try {
            boolean reached = point.await(60, TimeUnit.SECONDS);
            if (!reached) {
                unexpected.set("worker " + number + " did not come to call " + call);
            } else if (exactly) {
                killedAtPoints.incrementAndGet();
            } else {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(150));
                if (random.nextInt(3) == 0) {
                    oversleep(process, random);
                }
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
            reader.join();
        }
    }

    private void oversleep(Process process, Random random) throws IOException, InterruptedException {
        overslept.incrementAndGet();
        signal(process, "STOP");
        TimeUnit.MILLISECONDS.sleep(DrainWorkerMain.LEASE.toMillis() + 700);
        signal(process, "CONT");
        TimeUnit.MILLISECONDS.sleep(random.nextInt(300));
    }

    private static void signal(Process process, String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private void read(Process process, int number, CountDownLatch point) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith("accepted ")) {
                    String[] words = line.split(" ", 3);
                    accepted.put(words[2], Instant.ofEpochMilli(Long.parseLong(words[1])));
                } else if (line.equals("point")) {
                    point.countDown();
                } else if (line.contains("Exception in thread")) {
                    unexpected.set("worker " + number + ": " + line);
                }
            }
        } catch (IOException e) {
            // The process is dead; what it said before has been read.
        }
    }

    private void finishAndCheck(LocalPurgewiseTable local, LocalTagTable tags, HttpFakeCloudFront http)
            throws Exception {
        cloudFront.failBy(call -> Fault.NONE);
        cloudFront.allow(DrainWorkerMain.MOODY);
        try (CloudFrontClient cdn = CloudFrontClient.builder()
                        .endpointOverride(http.endpoint())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(AnonymousCredentialsProvider.create())
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build();
                DynamoDbClient dynamoDb = DynamoServer.shared().client()) {
            OutboxDrainer last =
                    DrainWorkerMain.drainer(dynamoDb, new CloudFrontCdn(cdn), local.table, tags.name(), KILLS);
            assertThat(last.flush(Duration.ofMinutes(3)))
                    .as("the last drainer empties the outbox")
                    .isTrue();
            assertThat(last.deadLetters()).isEmpty();
            check(new DynamoUsageLedger(dynamoDb, local.table, "account", duration -> {}));
        }
    }

    private void check(DynamoUsageLedger ledger) {
        assertThat(unexpected.get()).isEmpty();
        assertThat(started.get()).isEqualTo(KILLS);
        assertThat(accepted).hasSizeGreaterThan(KILLS);
        long paid = 0;
        for (DistributionId each : DrainWorkerMain.DISTRIBUTIONS) {
            Bill bill = new Bill(cloudFront, each);
            EdgeCache edge = Objects.requireNonNull(edges.get(each));
            assertThat(bill.missed(accepted)).as("changes lost at %s", each).isEmpty();
            assertThat(accepted.keySet())
                    .as("readers of %s see the new page", each)
                    .allSatisfy(path -> assertThat(edge.get(path).body()).isEqualTo("v2"));
            assertThat(bill.paidTwice()).as("paths paid twice at %s", each).isEmpty();
            paid += bill.paths();
        }
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(paid);
        YearMonth month = YearMonth.now(ZoneOffset.UTC);
        assertThat(ledger.paths(month) + ledger.paths(month.minusMonths(1)))
                .as("ledger equals bill")
                .isEqualTo(cloudFront.meter().totalPaths());
    }
}
