package io.purgewise.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import io.purgewise.aws.PurgewiseTable;
import io.purgewise.cdn.Invalidation;
import io.purgewise.examples.spring.KillPoint.Stage;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.Fault;
import io.purgewise.testkit.FaultPlan;
import io.purgewise.testkit.HttpFakeCloudFront;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Kills the service itself: two at a time save products in PostgreSQL, roll every third transaction back, and publish a change in
 * each; the registry brings it to an outbox in DynamoDB Local, a site with two failing replicas marks it, and CloudFront, which drops
 * answers, clears it. Each service dies by SIGKILL, right before or after publishing, committing, appending, marking, writing down or
 * submitting, or a random time after. The database then says what was committed: each such change was marked on both replicas, then
 * cleared, and paid once; nothing that was rolled back was marked or cleared.
 *
 * <p>Two kills in the default build; 1,000 in the profile {@code soak}, or as many as {@code -Dpurgewise.kills} says, with
 * {@code -Dpurgewise.seed} for others than the last time.
 */
class KilledServicesTest {

    private static final int SERVICES = 2;
    private static final int KILLS =
            Integer.getInteger("purgewise.kills", Boolean.getBoolean("purgewise.soak") ? 1000 : 2);
    private static final int SEED = Integer.getInteger("purgewise.seed", 0);
    private static final List<Stage> STAGES = List.of(Stage.values());

    /** To make an archive of classes takes as long as some ten starts save by it. */
    private static final int WORTH_TRAINING = 10;

    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration WORK = Duration.ofSeconds(15);

    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger killedAtPoints = new AtomicInteger();
    private final AtomicInteger killedSoonAfter = new AtomicInteger();
    private final AtomicReference<String> unexpected = new AtomicReference<>("");
    private final FakeCloudFront cloudFront = FakeCloudFront.builder(InstantSource.system())
            .distribution(KilledServiceMain.DISTRIBUTION)
            .quotas(FakeQuotas.none())
            .delays(Duration.ZERO, Duration.ofSeconds(1))
            .build();

    @Test
    void whatIsCommittedIsClearedOnceAndWhatIsRolledBackNever(@TempDir Path folder) throws Exception {
        long start = System.nanoTime();
        URI dynamo = startDynamo();
        try (FlakySite site = new FlakySite();
                HttpFakeCloudFront http = HttpFakeCloudFront.start(cloudFront)) {
            String database = LocalDatabase.createNew();
            List<String> addresses = List.of(
                    dynamo.toString(),
                    http.endpoint().toString(),
                    database,
                    site.address().toString());
            ServiceJvm jvm = new ServiceJvm(folder);
            if (KILLS >= WORTH_TRAINING) {
                jvm.train(arguments(addresses, 0, "last", 0, false));
            }
            cloudFront.failBy(faults(new Random(5 + SEED)));
            killAll(jvm, addresses);
            cloudFront.failBy(call -> Fault.NONE);
            jvm.run(arguments(addresses, KILLS + 1, "last", 0, false));
            check(committed(database), site);
            System.out.printf(
                    "%d services killed (%d at an exact point, %d soon after one) in %d s: %d changes committed,"
                            + " %d paths paid in %d invalidations, 0 lost, 0 rolled back published, 0 paid twice%n",
                    KILLS,
                    killedAtPoints.get(),
                    killedSoonAfter.get(),
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                    committed(database).size(),
                    cloudFront.meter().totalPaths(),
                    cloudFront.accepted(KilledServiceMain.DISTRIBUTION).size());
        }
    }

    private static URI startDynamo() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        DynamoDBProxyServer server = ServerRunner.createServerFromCommandLineArgs(
                new String[] {"-inMemory", "-disableTelemetry", "-port", Integer.toString(port)});
        server.start();
        URI endpoint = URI.create("http://127.0.0.1:" + port);
        try (DynamoDbClient client = DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            new PurgewiseTable(KilledServiceMain.TABLE).create(client);
        }
        return endpoint;
    }

    private static FaultPlan faults(Random random) {
        Fault[] some = {Fault.DROP_ANSWER, Fault.UNAVAILABLE_BUT_DONE, Fault.DROP_REQUEST, Fault.TOO_MANY};
        return new FaultPlan() {
            @Override
            public synchronized Fault next(CdnCall call) {
                return call == CdnCall.SUBMIT && random.nextInt(100) < 25
                        ? some[random.nextInt(some.length)]
                        : Fault.NONE;
            }
        };
    }

    private static List<String> arguments(List<String> addresses, int number, String stage, int at, boolean stop) {
        List<String> all = new ArrayList<>(addresses);
        all.addAll(List.of(Integer.toString(number), stage, Integer.toString(at), stop ? "stop" : "go-on"));
        return all;
    }

    private void killAll(ServiceJvm jvm, List<String> addresses) throws Exception {
        ExecutorService parents = Executors.newFixedThreadPool(SERVICES);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < SERVICES; i++) {
                Random random = new Random(1000 + SEED * SERVICES + i);
                all.add(parents.submit(() -> {
                    for (int number = started.incrementAndGet(); number <= KILLS; number = started.incrementAndGet()) {
                        Stage stage = STAGES.get(number % STAGES.size());
                        int at = 1 + random.nextInt(lastStepToDieAt(stage));
                        boolean exactly = random.nextBoolean();
                        startAndKill(jvm, arguments(addresses, number, stage.name(), at, exactly), exactly, random);
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            parents.shutdownNow();
        }
    }

    /** Most services come so far: many changes are published, and few batches are submitted. */
    private static int lastStepToDieAt(Stage stage) {
        return switch (stage) {
            case PUBLISH -> 100;
            case COMMIT, APPEND -> 80;
            case WRITE_DOWN -> 30;
            case MARK, SUBMIT -> 3;
        };
    }

    private void startAndKill(ServiceJvm jvm, List<String> arguments, boolean exactly, Random random)
            throws IOException, InterruptedException {
        Process process = jvm.start(arguments);
        CountDownLatch up = new CountDownLatch(1);
        CountDownLatch point = new CountDownLatch(1);
        Thread reader = new Thread(() -> read(process, up, point), "reader-" + process.pid());
        reader.start();
        try {
            boolean reached =
                    up.await(START.toSeconds(), TimeUnit.SECONDS) && point.await(WORK.toSeconds(), TimeUnit.SECONDS);
            if (!process.isAlive()) {
                unexpected.set("a service ended by itself: " + arguments);
            } else if (reached && exactly) {
                killedAtPoints.incrementAndGet();
            } else if (reached) {
                killedSoonAfter.incrementAndGet();
                TimeUnit.MILLISECONDS.sleep(random.nextInt(300));
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
            reader.join();
        }
    }

    private void read(Process process, CountDownLatch up, CountDownLatch point) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.equals("up")) {
                    up.countDown();
                } else if (line.equals("point")) {
                    up.countDown();
                    point.countDown();
                } else if (line.contains("Exception in thread") || line.contains("APPLICATION FAILED")) {
                    unexpected.set(line);
                }
            }
        } catch (IOException e) {
            // The process is dead; what it said before has been read.
        }
    }

    private static Set<String> committed(String database) throws SQLException {
        Set<String> committed = new HashSet<>();
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM product")) {
            while (rows.next()) {
                committed.add(rows.getString(1));
            }
        }
        return committed;
    }

    private void check(Set<String> committed, FlakySite site) {
        assertThat(unexpected.get()).isEmpty();
        assertThat(killedAtPoints.get() + killedSoonAfter.get())
                .as("services that came to the point at which they were to die")
                .isGreaterThanOrEqualTo((KILLS + 1) / 2);
        assertThat(committed).hasSizeGreaterThan(KILLS).noneMatch(KilledServicesTest::isRolledBack);
        Map<String, Instant> cleared = new HashMap<>();
        List<String> paidTwice = new ArrayList<>();
        for (Invalidation each : cloudFront.accepted(KilledServiceMain.DISTRIBUTION)) {
            for (String path : each.paths()) {
                if (cleared.putIfAbsent(path, each.createTime()) != null) {
                    paidTwice.add(path);
                }
            }
        }
        assertThat(cleared.keySet()).as("what was committed, and nothing else").isEqualTo(committed);
        assertThat(paidTwice).as("paths paid twice").isEmpty();
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(committed.size());
        assertThat(site.asked()).as("pages that a replica was asked for").allMatch(committed::contains);
        assertThat(site.markedSince())
                .containsOnlyKeys(committed)
                .allSatisfy((path, marked) -> assertThat(cleared.get(path))
                        .as("%s is cleared after both replicas marked it", path)
                        .isAfter(marked));
    }

    private static boolean isRolledBack(String path) {
        return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)) % 3 == KilledServiceMain.ROLLED_BACK;
    }
}
