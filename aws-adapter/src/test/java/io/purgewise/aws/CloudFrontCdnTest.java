package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.DistributionId;
import io.purgewise.testkit.CdnContract;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.HttpFakeCloudFront;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

/** Holds the adapter to the contract, through the real SDK and CloudFront's XML over HTTP. */
class CloudFrontCdnTest extends CdnContract {

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @Override
    protected Cdn connect(FakeCloudFront account) {
        HttpFakeCloudFront server = HttpFakeCloudFront.start(account);
        open.push(server);
        CloudFrontClient client = CloudFrontClient.builder()
                .endpointOverride(server.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(config -> config.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
        open.push(client);
        return new CloudFrontCdn(client);
    }

    @AfterEach
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    @Test
    void missingCredentialsAreNamedAndNothingIsSent() {
        try (CloudFrontClient client = CloudFrontClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:1"))
                .region(Region.US_EAST_1)
                .credentialsProvider(SystemPropertyCredentialsProvider.create())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            assertThatThrownBy(() -> new CloudFrontCdn(client).read(DistributionId.of("E1"), "I1"))
                    .isInstanceOfSatisfying(
                            CdnException.class, e -> assertThat(e.reason()).isEqualTo(CdnException.Reason.DENIED))
                    .hasMessageContaining("check the credentials");
        }
    }
}
