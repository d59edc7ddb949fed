package io.purgewise.aws;

import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import io.purgewise.cdn.Cdn;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.HttpFakeCloudFront;
import io.purgewise.testkit.OpenNextFaultsContract;
import java.util.Collection;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

/** Shows on the real adapters, through the SDK, that none of OpenNext's faults is repeated. */
class AwsOpenNextFaultsTest extends OpenNextFaultsContract {

    private final HttpFakeCloudFront server = HttpFakeCloudFront.start(FakeCloudFront.builder(clock)
            .quotas(FakeQuotas.strict())
            .distribution(SITE)
            .build());
    private final CloudFrontClient client = CloudFrontClient.builder()
            .endpointOverride(server.endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .overrideConfiguration(config -> config.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
    private final LocalTagTable table = new LocalTagTable();
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final DynamoTagCache cache = DynamoTagCache.builder(table.client(), table.name())
            .executor(executor)
            .build();

    @AfterEach
    void close() {
        executor.shutdownNow();
        table.close();
        client.close();
        server.close();
    }

    @Override
    protected Cdn cdn() {
        return new CloudFrontCdn(client);
    }

    @Override
    protected TagCache tagCache() {
        return cache;
    }

    @Override
    protected void put(Collection<TagRow> rows) {
        table.put(rows);
    }
}
