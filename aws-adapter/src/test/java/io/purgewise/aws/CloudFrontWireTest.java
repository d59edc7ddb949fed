package io.purgewise.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.created;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.okXml;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.CdnException.Reason;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.Cleared;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.site.InvalidationItem;
import io.purgewise.testkit.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClientBuilder;

/** What goes over the wire to CloudFront, and what becomes of answers that are broken, late or lost. */
class CloudFrontWireTest {

    private static final DistributionId SITE = DistributionId.of("E1SITE");
    private static final String INVALIDATIONS = "/2020-05-31/distribution/E1SITE/invalidation";
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    private final WireMockServer server =
            new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
    private String endpoint = "";
    private final List<CloudFrontClient> clients = new ArrayList<>();

    @BeforeEach
    void start() {
        server.start();
        endpoint = server.baseUrl();
    }

    @AfterEach
    void close() {
        clients.forEach(CloudFrontClient::close);
        server.stop();
    }

    private CloudFrontClientBuilder client(String endpoint) {
        return CloudFrontClient.builder()
                .endpointOverride(URI.create(endpoint))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDTEST", "secret")))
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofMillis(300)))
                .overrideConfiguration(config -> config.retryStrategy(AwsRetryStrategy.doNotRetry()));
    }

    private CloudFrontCdn cdn(CloudFrontClientBuilder builder) {
        CloudFrontClient client = builder.build();
        clients.add(client);
        return new CloudFrontCdn(client);
    }

    private CloudFrontCdn cdn() {
        return cdn(client(endpoint));
    }

    private static InvalidationBatch batch(String... items) {
        return InvalidationBatch.of(
                SITE, Stream.of(items).map(InvalidationItem::parse).toList(), "d");
    }

    private CdnException failureOfSubmitting(CloudFrontCdn cdn) {
        return catchThrowableOfType(CdnException.class, () -> cdn.submit(batch("/a")));
    }

    private CdnException failureOfReading(CloudFrontCdn cdn) {
        return catchThrowableOfType(CdnException.class, () -> cdn.read(SITE, "I1"));
    }

    private static MappingBuilder submission(ResponseDefinitionBuilder answer) {
        return post(urlPathEqualTo(INVALIDATIONS)).willReturn(answer);
    }

    private static String invalidation(InvalidationBatch batch) {
        StringBuilder paths = new StringBuilder();
        batch.spellings().forEach(path -> paths.append("<Path>").append(path).append("</Path>"));
        return "<?xml version=\"1.0\"?><Invalidation xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Id>I1</Id>"
                + "<Status>InProgress</Status><CreateTime>2026-11-23T10:00:00Z</CreateTime><InvalidationBatch><Paths><Quantity>"
                + batch.quantity() + "</Quantity><Items>" + paths + "</Items></Paths><CallerReference>"
                + batch.reference()
                + "</CallerReference></InvalidationBatch></Invalidation>";
    }

    private static String error(String code, String message) {
        return "<?xml version=\"1.0\"?><ErrorResponse xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Error>"
                + "<Type>Sender</Type><Code>" + code + "</Code><Message>" + message
                + "</Message></Error><RequestId>R-1</RequestId></ErrorResponse>";
    }

    @Test
    void aBatchIsOnePostOfItsSpellingsAndReference() {
        InvalidationBatch batch = batch("/a?x=1&y=2", "/b*");
        server.stubFor(submission(created().withBody(invalidation(batch("/b*", "/c")))));

        Invalidation accepted = cdn().submit(batch);

        assertThat(accepted.id()).isEqualTo("I1");
        assertThat(accepted.status()).isEqualTo(Invalidation.Status.IN_PROGRESS);
        server.verify(postRequestedFor(urlPathEqualTo(INVALIDATIONS))
                .withHeader("Authorization", matching(".*/us-east-1/cloudfront/aws4_request.*"))
                .withRequestBody(matching("(?s).*<Quantity>2</Quantity>.*"))
                .withRequestBody(matching("(?s).*<Path>/a\\?x=1&amp;y=2</Path><Path>/b\\*</Path>.*"))
                .withRequestBody(matching("(?s).*<CallerReference>" + batch.reference() + "</CallerReference>.*")));
    }

    /** The library kept silent for 888 seconds, taking each refused connection for a batch that may have been accepted. */
    @Test
    void aRefusedConnectionMeansThatNothingWasSent() {
        server.stop();
        for (CloudFrontCdn cdn : List.of(
                cdn(),
                cdn(client(endpoint)
                        .overrideConfiguration(
                                config -> config.retryStrategy(AwsRetryStrategy.standardRetryStrategy()))))) {
            assertThat(failureOfSubmitting(cdn).reason()).isEqualTo(Reason.UNAVAILABLE);
            assertThat(failureOfReading(cdn).reason()).isEqualTo(Reason.UNAVAILABLE);
        }
    }

    @Test
    void anUnknownHostMeansThatNothingWasSent() {
        assertThat(failureOfSubmitting(cdn(client("http://no-such-host.invalid")))
                        .reason())
                .isEqualTo(Reason.UNAVAILABLE);
    }

    /** The SDK tries by itself: the first attempt may have been accepted, whatever became of the last. */
    @Test
    void aRefusedConnectionAfterALostAnswerIsAnUnknownOutcome() {
        server.stubFor(submission(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        AtomicInteger attempts = new AtomicInteger();
        ExecutionInterceptor stopsTheServer = new ExecutionInterceptor() {
            @Override
            public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
                if (attempts.incrementAndGet() == 2) {
                    server.stop();
                }
            }
        };
        CloudFrontCdn cdn = cdn(client(endpoint)
                .overrideConfiguration(config -> config.retryStrategy(AwsRetryStrategy.standardRetryStrategy())
                        .addExecutionInterceptor(stopsTheServer)));

        CdnException failure = failureOfSubmitting(cdn);

        assertThat(attempts.get()).isGreaterThan(1);
        assertThat(failure.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
        assertThat(failure).hasMessageContaining(batch("/a").reference().value());
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aBrokenAnswerIsAnUnknownOutcomeAndAnUnansweredQuestion(Fault fault) {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(201).withFault(fault)));

        assertThat(failureOfSubmitting(cdn()).reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
        assertThat(failureOfReading(cdn()).reason()).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void anAnswerThatComesTooLateIsAnUnknownOutcome() {
        server.stubFor(submission(created().withBody(invalidation(batch("/a"))).withFixedDelay(2000)));

        assertThat(failureOfSubmitting(cdn()).reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    }

    @Test
    void anAnswerThatNobodyCanReadIsAnUnknownOutcome() {
        for (String body : List.of(
                "<Invalidation><Id>I1</Id>", "", "{}", invalidation(batch("/a")).replace("I1", ""))) {
            server.stubFor(submission(created().withBody(body)));
            assertThat(failureOfSubmitting(cdn()))
                    .as(body)
                    .isNotNull()
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN));
        }
    }

    @Test
    void aServerErrorIsAnUnknownOutcomeWithAwssCodeAndRequestId() {
        server.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withStatus(503)
                        .withHeader("x-amzn-RequestId", "R-1")
                        .withBody(error("ServiceUnavailable", "CloudFront encountered an internal error."))));

        CdnException failure = failureOfSubmitting(cdn());

        assertThat(failure.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
        assertThat(failure.errorCode()).contains("ServiceUnavailable");
        assertThat(failure.requestId()).contains("R-1");
        assertThat(failureOfReading(cdn()).reason()).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void anErrorPageOfAProxyIsAnUnknownOutcome() {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(502).withBody("<html>Bad Gateway</html>")));

        assertThat(failureOfSubmitting(cdn()).reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
        assertThat(failureOfReading(cdn()).reason()).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void whatCloudFrontSaysIsToldApartByItsCode() {
        saysAs(400, "TooManyInvalidationsInProgress", "exceed", Reason.BUSY);
        saysAs(400, "Throttling", "Rate exceeded", Reason.THROTTLED);
        saysAs(400, "InvalidArgument", "Your request contains one or more invalid invalidation paths.", Reason.INVALID);
        saysAs(
                400,
                "InvalidArgument",
                "Your request contains a caller reference that was used for a previous invalidation batch.",
                Reason.REFERENCE_USED);
        saysAs(409, "InvalidationBatchAlreadyExists", "exists", Reason.REFERENCE_USED);
        saysAs(413, "BatchTooLarge", "too large", Reason.TOO_LARGE);
        saysAs(403, "AccessDenied", "not authorized", Reason.DENIED);
        saysAs(404, "NoSuchDistribution", "does not exist", Reason.NO_SUCH_DISTRIBUTION);
        saysAs(400, "InconsistentQuantities", "do not match", Reason.OTHER);
    }

    private void saysAs(int status, String code, String message, Reason reason) {
        server.stubFor(submission(aResponse().withStatus(status).withBody(error(code, message))));
        CdnException failure = failureOfSubmitting(cdn());
        assertThat(failure.reason()).as(code).isEqualTo(reason);
        assertThat(failure.errorCode()).contains(code);
    }

    /** The SDK resets the connection, CloudFront had accepted: the next look at the list finds it, and nothing is sent again. */
    @Test
    void aLostAnswerIsFoundInTheListAndNotSentAgain() {
        InvalidationBatch batch = batch("/a");
        server.stubFor(submission(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER))
                .inScenario("lost")
                .whenScenarioStateIs(Scenario.STARTED)
                .willSetStateTo("accepted"));
        server.stubFor(get(urlPathEqualTo(INVALIDATIONS))
                .willReturn(okXml(
                        "<InvalidationList xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><IsTruncated>false"
                                + "</IsTruncated><Items><InvalidationSummary><Id>I1</Id><CreateTime>2026-11-23T10:00:00Z</CreateTime>"
                                + "<Status>InProgress</Status></InvalidationSummary></Items></InvalidationList>")));
        server.stubFor(get(urlPathEqualTo(INVALIDATIONS + "/I1")).willReturn(okXml(invalidation(batch))));

        ManualClock clock = ManualClock.startingAt(START);
        Cleared cleared = clearing(cdn(), clock, new ArrayList<>()).submit(List.of(batch), Duration.ofMinutes(1));

        assertThat(cleared.accepted()).extracting(Invalidation::id).containsExactly("I1");
        assertThat(server.findAll(postRequestedFor(urlPathEqualTo(INVALIDATIONS))))
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aCallThatCanBeMadeNowhereEndsAtItsDeadlineAndSaysWhatItDid() {
        server.stop();
        ManualClock clock = ManualClock.startingAt(START);
        List<Duration> waits = new ArrayList<>();

        Cleared cleared = clearing(cdn(), clock, waits).submit(List.of(batch("/a")), Duration.ofMinutes(1));

        assertThat(cleared.open()).hasSize(1);
        assertThat(cleared.stoppedBy())
                .isNotNull()
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
        assertThat(cleared.stoppedBy())
                .hasMessageContaining("gave up after " + (waits.size() + 1) + " calls")
                .hasMessageContaining("Connection refused");
        assertThat(waits).isNotEmpty();
        assertThat(Duration.between(START, clock.instant())).isLessThanOrEqualTo(Duration.ofMinutes(1));
    }

    private static Clearing clearing(CloudFrontCdn cdn, ManualClock clock, List<Duration> waits) {
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cdn, new Ambient(clock, clock::advance, new Random(1)))
                .listener(new CdnListener() {
                    @Override
                    public void retrying(DistributionId distribution, CdnException failure, Duration delay) {
                        waits.add(delay);
                    }
                })
                .build();
        return Clearing.builder(submitter, SITE).build();
    }

    /** CloudFront is global, and yet a service of its partition: in China it answers to another region's signature. */
    @Test
    void requestsAreSignedForTheRegionOfThePartition() {
        server.stubFor(submission(created().withBody(invalidation(batch("/a")))));

        cdn(client(endpoint).region(Region.CN_NORTHWEST_1)).submit(batch("/a"));

        server.verify(postRequestedFor(urlPathEqualTo(INVALIDATIONS))
                .withHeader("Authorization", matching(".*/cn-northwest-1/cloudfront/aws4_request.*")));
    }
}
