package io.purgewise.examples;

import io.purgewise.aws.DynamoOutbox;
import io.purgewise.aws.DynamoUsageLedger;
import io.purgewise.aws.OpenNextBuild;
import io.purgewise.aws.PurgewiseAws;
import io.purgewise.aws.PurgewiseTable;
import io.purgewise.aws.TagIndexStore;
import io.purgewise.cache.PageRenderer;
import io.purgewise.cdn.Budget;
import io.purgewise.cdn.CdnTagEncoder;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Pause;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Problem;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.NextVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Holds the code of the guides that no example runs, so that it compiles. */
abstract class GuideSnippets {

    record Message(String id, List<Change> changes) {}

    void problems(Revalidator revalidator) throws InterruptedException {
        Receipt receipt = revalidator.revalidate(Change.tag("product:7"));
        for (Problem problem : receipt.problems()) {
            if (problem.repeatable()) {
                tryAgainLater(problem); // BUSY, or a store that did not answer
            } else {
                tellAPerson(problem); // NOT_FOUND and INVALID: the request is wrong
            }
        }
    }

    abstract void tryAgainLater(Problem problem);

    abstract void tellAPerson(Problem problem);

    static List<Revalidator.Builder> revalidators(PurgewiseAws purgewise, PageRenderer renderer) {
        OpenNextBuild build = OpenNextBuild.read(Path.of("my-site"), NextVersion.parse("16.4.6"), null);
        Revalidator.Builder rendering =
                purgewise.revalidatorBuilder().renderer(renderer).routes(build.routes());

        Revalidator.Builder patient = purgewise.revalidatorBuilder().slowestRender(Duration.ofSeconds(5));

        TagIndexStore store = TagIndexStore.inFile(Path.of("tags.index")); // or inBucket(s3, bucket, "purgewise/tags")
        Revalidator.Builder indexed =
                purgewise.revalidatorBuilder().tagIndex(each -> store.refresh(purgewise.pages(), each, step -> {}));

        Revalidator.Builder tagged = purgewise
                .revalidatorBuilder(clearing -> clearing.cacheTags(true))
                .cdnTags(tag -> CdnTagEncoder.encode(tag.value()));
        return List.of(rendering, patient, indexed, tagged);
    }

    static void outbox(
            Revalidator revalidator,
            DynamoDbClient dynamoDb,
            InstantSource clock,
            Pause pause,
            Executor executor,
            Message message)
            throws InterruptedException {
        OutboxDrainer outbox = OutboxDrainer.builder(
                        DynamoOutbox.of(dynamoDb, new PurgewiseTable("purgewise"), "shop", clock, pause), revalidator)
                .build();
        outbox.start(executor); // drains on this thread until close
        outbox.accept(Change.tag("product:7")); // one write, milliseconds, whatever the size of the tag
        outbox.acceptOnce(message.id(), message.changes()); // delivered again within a day, carried through once
        outbox.close(Duration.ofSeconds(20)); // carries through what waits, within that time
    }

    static Clearing budget(PurgewiseAws purgewise, DynamoDbClient dynamoDb, Pause pause) {
        Clearing clearing = purgewise
                .clearingBuilder(DistributionId.of("E2EXAMPLE123"))
                .ledger(new DynamoUsageLedger(dynamoDb, new PurgewiseTable("purgewise"), "account", pause))
                .budget(Budget.of(20_000, Budget.Reaction.DEFER).widenedFrom(10_000))
                .build();
        return clearing;
    }
}
