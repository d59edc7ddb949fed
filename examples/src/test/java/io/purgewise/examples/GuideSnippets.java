package io.purgewise.examples;

import io.purgewise.aws.HttpFreshnessProbe;
import io.purgewise.aws.HttpRevalidationEndpoint;
import io.purgewise.aws.OpenNextBuild;
import io.purgewise.aws.PurgewiseAws;
import io.purgewise.aws.TagIndexStore;
import io.purgewise.cache.PageRenderer;
import io.purgewise.cdn.Budget;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Freshness;
import io.purgewise.cdn.Pricing;
import io.purgewise.cdn.UsageLedger;
import io.purgewise.outbox.EventReport;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Problem;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.CdnTag;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Site;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.HttpFakeCloudFront;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

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
                .revalidatorBuilder(clearing -> clearing.cacheTags("x-cdn-tags", Instant.parse("2026-11-25T12:00:00Z")))
                .cdnTags(tag -> CdnTag.hashOf(tag.value()));
        return List.of(rendering, patient, indexed, tagged);
    }

    static PurgewiseAws pageTags() {
        PurgewiseAws purgewise = PurgewiseAws.builder()
                .environment(System.getenv())
                .pageTags("x-page-tags", Instant.parse("2026-11-25T12:00:00Z"))
                .build();
        return purgewise;
    }

    static Clearing.Builder flatRate(PurgewiseAws purgewise, DistributionId distribution) {
        Clearing.Builder paid = purgewise.clearingBuilder(distribution).pricing(Pricing.flatRate(Pricing.Tier.PRO));
        return paid;
    }

    static void outbox(PurgewiseAws purgewise, Executor executor, Message message) throws InterruptedException {
        OutboxDrainer outbox = OutboxDrainer.builder(purgewise.outbox("purgewise", "shop"), purgewise.revalidator())
                .build();
        outbox.start(executor); // drains on one thread of it until close
        outbox.accept(Change.tag("product:7")); // one write, milliseconds, whatever the size of the tag
        outbox.acceptOnce(message.id(), message.changes()); // delivered again within a day, carried through once
        outbox.close(Duration.ofSeconds(20)); // carries through what waits, within that time
    }

    static boolean once(OutboxDrainer outbox, Message message) throws InterruptedException {
        EventReport report = outbox.revalidateOnce(message.id(), message.changes(), Duration.ofMinutes(1));
        boolean visible = report.isDone(); // true too where an earlier call carried it through
        return visible;
    }

    static Revalidator.Builder budget(PurgewiseAws purgewise) {
        UsageLedger ledger = purgewise.ledger("purgewise", "111122223333");
        Revalidator.Builder thrifty = purgewise.revalidatorBuilder(clearing -> clearing.ledger(ledger)
                .budget(Budget.of(20_000, Budget.Reaction.DEFER).widenedFrom(10_000)));
        return thrifty;
    }

    void freshness(PurgewiseAws purgewise, HttpClient client) throws InterruptedException {
        HttpFreshnessProbe probe = HttpFreshnessProbe.builder(client, URI.create("https://www.example.com"))
                .comparesWithSite(new SecureRandom())
                .build();
        Revalidator revalidator =
                purgewise.revalidatorBuilder(clearing -> clearing.probe(probe)).build();
        Freshness found =
                revalidator.revalidate(Change.tag("product:7")).orThrow().awaitFresh(Duration.ofMinutes(2));
        log(found.confidence()); // "all 4 URLs were asked for and are fresh"
        found.with(Freshness.Verdict.STALE).forEach(finding -> alarm(finding.url(), finding.reason()));
    }

    abstract void log(String text);

    abstract void alarm(String url, String reason);

    static PurgewiseAws emulated(URI aws) {
        HttpFakeCloudFront cdn = HttpFakeCloudFront.start(FakeCloudFront.builder(InstantSource.system())
                .distribution(DistributionId.of("E1TEST"))
                .build());
        PurgewiseAws purgewise = PurgewiseAws.builder()
                .clients(
                        DynamoDbClient.builder().endpointOverride(aws).build(),
                        S3Client.builder()
                                .endpointOverride(aws)
                                .forcePathStyle(true)
                                .build(),
                        CloudFrontClient.builder()
                                .endpointOverride(cdn.endpoint())
                                .build())
                .table("next-tags")
                .bucket("next-cache")
                .distribution(DistributionId.of("E1TEST"))
                .build();
        return purgewise;
    }

    static void afterCommit(Connection database, OutboxDrainer outbox, Message message) throws SQLException {
        database.commit();
        outbox.acceptOnce(message.id(), message.changes()); // what dies between the two lines costs the change
    }

    static boolean consume(OutboxDrainer outbox, Message message) {
        try {
            outbox.acceptOnce(message.id(), message.changes());
            return true; // acknowledge it: the changes are kept
        } catch (IllegalArgumentException wrong) {
            return false; // no change of this site, and never will be: to the dead letters
        }
        // what else it throws reaches the library, which delivers the message again
    }

    static Revalidator.Builder endpoint(
            HttpClient http, List<URI> replicas, String secret, Site site, Clearing clearing) {
        HttpRevalidationEndpoint endpoint = HttpRevalidationEndpoint.builder(http, replicas)
                .signed("X-Hub-Signature-256", secret)
                .build();
        Revalidator.Builder asking = Revalidator.builder(site, clearing).endpoint(endpoint);
        return asking;
    }
}
