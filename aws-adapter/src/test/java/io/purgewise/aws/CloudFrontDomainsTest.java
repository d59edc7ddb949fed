package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.DistributionId;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.HttpFakeCloudFront;
import io.purgewise.testkit.ManualClock;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

class CloudFrontDomainsTest {

    private static final DistributionId SHOP = DistributionId.of("E1SHOP");
    private static final DistributionId REST = DistributionId.of("E2REST");
    private static final DistributionId TENANT = DistributionId.tenant("dt_1");

    private final HttpFakeCloudFront server =
            HttpFakeCloudFront.start(FakeCloudFront.builder(ManualClock.startingAt(Instant.EPOCH))
                    .distribution(SHOP)
                    .distribution(REST)
                    .distribution(TENANT)
                    .alias("shop.example.com", SHOP)
                    .alias("www.shop.example.com", SHOP)
                    .alias("*.example.com", REST)
                    .alias("customer.example.com", TENANT)
                    .build());
    private final CloudFrontClient client = CloudFrontClient.builder()
            .endpointOverride(server.endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    private final CloudFrontDomains domains = new CloudFrontDomains(client);

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void theMostSpecificNameWins() {
        assertThat(domains.serving("Shop.Example.com")).contains(SHOP);
        assertThat(domains.serving("www.shop.example.com")).contains(SHOP);
        assertThat(domains.serving("customer.example.com")).contains(TENANT);
        assertThat(domains.serving("blog.example.com")).contains(REST);
    }

    @Test
    void aWildcardNameIsOneLevelDeep() {
        assertThat(domains.serving("a.blog.example.com")).isEmpty();
        assertThat(domains.serving("example.com")).isEmpty();
    }

    @Test
    void whatIsNoDomainNameIsRefused() {
        assertThatThrownBy(() -> domains.serving("https://shop.example.com/"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https://");
    }
}
