package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.PurgewiseException;
import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.aws.DynamoTagCache;
import io.purgewise.aws.S3IncrementalCache;
import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.DistributionId;
import io.purgewise.examples.tool.AwsExperiments.Earlier;
import io.purgewise.examples.tool.AwsExperiments.Fact;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds out what a real account does, and writes it down. */
@Command(
        name = "verify-aws",
        mixinStandardHelpOptions = true,
        description = {
            "Finds out by small experiments what AWS does and does not write down: which quota table is in force,"
                    + " whether a caller reference may be used again and how long it is remembered, what * inside a path"
                    + " and #tag do, how long an invalidation takes, and whether the clocks of S3 and DynamoDB agree with"
                    + " this machine's.",
            "",
            "It sends at most 20 paths, all below /purgewise-verify/, and asks before it sends any. Run it again with"
                    + " the same facts file after days or months to learn whether the reference is still remembered."
        },
        exitCodeListHeading = Purgewise.EXIT_CODES,
        exitCodeList = {"0:the facts are written", "1:nothing was sent, or AWS could not be asked", Purgewise.BAD_USAGE
        },
        footerHeading = "%n",
        footer = "Example: purgewise verify-aws E2EX --spend --between PT0.1S --table next-tags --bucket site")
final class VerifyAwsCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DISTRIBUTION", description = "A distribution; best one that serves nothing important.")
    private String distribution = "";

    @Option(names = "--most-paths", defaultValue = "20", description = "How many paths to send at the most, up to 20.")
    private int mostPaths = AwsExperiments.MOST_PATHS;

    @Option(
            names = "--between",
            defaultValue = "PT3S",
            description = "How long to wait before each call, as ISO-8601; default: ${DEFAULT-VALUE}.")
    private Duration between = Duration.ofSeconds(3);

    @Option(names = "--spend", description = "Do not ask before paths are sent.")
    private boolean spend;

    @Option(names = "--table", description = "A tag table, to read DynamoDB's clock.")
    private @Nullable String table;

    @Option(names = "--bucket", description = "A bucket, to read S3's clock.")
    private @Nullable String bucket;

    @Option(
            names = {"-o", "--facts"},
            defaultValue = "aws-facts.json",
            description = "The file to write, and to read an earlier run from; default: ${DEFAULT-VALUE}.")
    private Path file = Path.of("aws-facts.json");

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        DistributionId id = DistributionId.parse(distribution);
        Earlier earlier = earlier(id);
        InstantSource clock = InstantSource.system();
        try (AwsClients aws = AwsClients.connect()) {
            AwsExperiments experiments = new AwsExperiments(
                    new CloudFrontCdn(aws.cloudFront()),
                    id,
                    clock,
                    duration -> Thread.sleep(duration.toMillis()),
                    between,
                    UUID.randomUUID().toString(),
                    mostPaths);
            if (!spend && !isAllowed()) {
                return 1;
            }
            Earlier first = experiments.first();
            List<Fact> facts = new ArrayList<>(experiments.run(earlier));
            addClock(
                    facts,
                    "clock of S3",
                    bucket,
                    () -> S3IncrementalCache.of(aws.s3(), String.valueOf(bucket), "_cache")
                            .time());
            addClock(
                    facts,
                    "clock of DynamoDB",
                    table,
                    () -> DynamoTagCache.builder(aws.dynamo(), String.valueOf(table))
                            .build()
                            .time());
            write(id, facts, first, experiments.paths());
            return 0;
        } catch (PurgewiseException failure) {
            return output.failed(failure);
        }
    }

    private boolean isAllowed() {
        Console console = System.console();
        if (!Progress.isTerminal(console)) {
            System.err.println("nothing was sent: there is no terminal to ask on; give --spend");
            return false;
        }
        String answer = Objects.requireNonNull(console)
                .readLine(
                        "This sends up to %d invalidation paths to %s: free within the month's 1,000, else $0.005 each."
                                + " Type yes to go on: ",
                        mostPaths, distribution);
        return answer != null && answer.strip().equals("yes");
    }

    /** Reads what an earlier run sent to the same distribution. */
    private @Nullable Earlier earlier(DistributionId id) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        JsonNode old = JsonLines.JSON.readTree(file.toFile());
        if (!old.path("distribution").asText().equals(id.toString())) {
            throw new IllegalArgumentException(file + " holds the facts of another distribution, "
                    + old.path("distribution").asText() + "; give another file");
        }
        JsonNode sent = old.path("sent");
        List<String> paths = new ArrayList<>();
        sent.path("paths").forEach(path -> paths.add(path.asText()));
        return new Earlier(
                new CallerReference(sent.path("reference").asText()),
                paths,
                Instant.parse(sent.path("at").asText()));
    }

    private static void addClock(
            List<Fact> facts, String question, @Nullable String given, Supplier<Optional<Instant>> time) {
        if (given == null) {
            return;
        }
        Instant before = Instant.now();
        Optional<Instant> told = time.get();
        Duration asked = Duration.between(before, Instant.now());
        facts.add(new Fact(
                question,
                told.map(each -> "AHEAD_BY_" + Duration.between(before, each).toMillis() + "_MS")
                        .orElse("NOT_TOLD"),
                "it tells whole seconds, and the call took " + asked.toMillis() + " ms",
                0));
    }

    private void write(DistributionId id, List<Fact> facts, Earlier first, int paths) throws IOException {
        ObjectNode all = JsonLines.JSON.createObjectNode();
        all.put("distribution", id.toString()).put("at", first.at().toString()).put("mostPathsSent", paths);
        ObjectNode sent = all.putObject("sent");
        sent.put("reference", first.reference().value()).put("at", first.at().toString());
        first.paths().forEach(sent.putArray("paths")::add);
        ArrayNode list = all.putArray("facts");
        for (Fact fact : facts) {
            list.addObject()
                    .put("question", fact.question())
                    .put("answer", fact.answer())
                    .put("detail", fact.detail())
                    .put("paths", fact.paths());
            if (output.human()) {
                output.out().line("%-36s %s (%s)", fact.question(), fact.answer(), fact.detail());
            }
        }
        Files.writeString(file, all.toPrettyString() + "\n");
        if (!output.human()) {
            output.out().json(all);
        }
    }
}
