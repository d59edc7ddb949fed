package io.purgewise.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okXml;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.purgewise.cache.CacheAccessException;
import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.CorruptEntryException;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.ObjectKeys;
import io.purgewise.cache.TagIndex;
import io.purgewise.site.BuildId;
import io.purgewise.testkit.IncrementalCacheContract;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

class S3IncrementalCacheTest extends IncrementalCacheContract {

    private static final ObjectKeys KEYS = new ObjectKeys("_cache");

    private final LocalBucket bucket = new LocalBucket();
    private final AtomicInteger calls = new AtomicInteger();
    private final S3IncrementalCache cache = S3IncrementalCache.of(bucket.client(), LocalBucket.BUCKET, "_cache")
            .withSlicesOf(3)
            .withCallsOn(
                    task -> {
                        calls.incrementAndGet();
                        task.run();
                    },
                    8);

    @AfterEach
    void close() {
        bucket.close();
    }

    @Override
    protected IncrementalCache cache() {
        return cache;
    }

    @Override
    protected void putPage(BuildId build, CacheKey key, List<String> tags) {
        bucket.put(
                KEYS.page(build, key),
                "{\"type\":\"app\",\"meta\":{\"headers\":{\"x-next-cache-tags\":\"" + String.join(",", tags)
                        + "\"}},\"html\":\"<p>\",\"rsc\":\"1\",\"revalidate\":3600}");
    }

    @Override
    protected void putFetch(BuildId build, String hash) {
        bucket.put(KEYS.fetch(build, hash), "{\"kind\":\"FETCH\"}");
    }

    /** A store that sent no ETag once ended in a NullPointerException that named nothing. */
    @Test
    void aStoreThatDoesNotSayWhatS3SaysIsNamed() {
        WireMockServer store = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
        store.start();
        store.stubFor(
                get(anyUrl())
                        .willReturn(
                                okXml(
                                        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>_cache/B/p.cache</Key>"
                                                + "<LastModified>2026-11-23T10:00:00Z</LastModified><Size>2</Size></Contents></ListBucketResult>")));
        try (S3Client client = S3Client.builder()
                .endpointOverride(URI.create(store.baseUrl()))
                .region(Region.EU_WEST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(UrlConnectionHttpClient.create())
                .build()) {
            IncrementalCache other = S3IncrementalCache.of(client, "elsewhere", "_cache");

            assertThatThrownBy(() -> other.list(BuildId.of("B"), null))
                    .isInstanceOf(CacheAccessException.class)
                    .hasMessageContainingAll("elsewhere", "ETag");
        } finally {
            store.stop();
        }
    }

    @Test
    void entriesOfEveryKindAreRead() {
        CacheKey key = CacheKey.plain("/x");
        bucket.put(KEYS.page(BUILD, key), "{\"type\":\"page\",\"html\":\"<p>\",\"json\":{\"pageProps\":{}}}");
        assertThat(read(key).kind()).isEqualTo(CacheEntry.Kind.PAGE);
        bucket.put(
                KEYS.page(BUILD, key),
                "{\"type\":\"route\",\"body\":\"x\",\"revalidate\":1.5,\"meta\":{\"status\":201,\"headers\":{\"a\":[1]}}}");
        assertThat(read(key).kind()).isEqualTo(CacheEntry.Kind.ROUTE);
        assertThat(read(key).status()).isEqualTo(201);
        assertThat(read(key).revalidate()).isEqualTo(Duration.ofMillis(1500));
        bucket.put(KEYS.page(BUILD, key), "{\"type\":\"redirect\",\"props\":{},\"revalidate\":false}");
        assertThat(read(key).kind()).isEqualTo(CacheEntry.Kind.REDIRECT);
        assertThat(read(key).revalidate()).isNull();
        bucket.put(
                KEYS.page(BUILD, key),
                "{\"type\":\"app\",\"meta\":{\"routeCache\":{\"key\":\"k\",\"owner\":{\"kind\":\"APP_PAGE\","
                        + "\"sourceRoute\":\"/x/page\"},\"isFallback\":true}},\"html\":\"\"}");
        assertThat(read(key).sourceRoute()).isEqualTo("/x/page");
        assertThat(read(key).fallback()).isTrue();
    }

    @Test
    void anObjectThatIsNoEntryIsNamed() {
        CacheKey key = CacheKey.plain("/x");
        for (String text : List.of("", "null", "[]", "{\"type\":\"app\"", "{\"html\":\"\"}", "{\"type\":\"else\"}")) {
            bucket.put(KEYS.page(BUILD, key), text);
            assertThatThrownBy(() -> cache.read(BUILD, key))
                    .as(text)
                    .isInstanceOf(CorruptEntryException.class)
                    .hasMessageContaining("_cache/B/x.cache");
        }
    }

    /** One odd object ended the refresh of a whole index. */
    @Test
    void oneOddObjectIsNamedAndTheOthersAreRead() {
        putPage(BUILD, CacheKey.plain("/a"), List.of("t"));
        putPage(BUILD, CacheKey.plain("/c"), List.of("t"));
        bucket.put(
                KEYS.page(BUILD, CacheKey.plain("/b")),
                "{\"type\":\"app\",\"meta\":{\"routeCache\":{\"isFallback\":[null]}}}");
        TagIndex index = TagIndex.empty(BUILD).refreshed(cache, 10, step -> {});
        assertThat(index.complete()).isTrue();
        assertThat(index.corrupt()).containsExactly("_cache/B/b.cache");
        assertThat(index.pagesOf(CacheTag.of("t"))).containsExactly(CacheKey.plain("/a"), CacheKey.plain("/c"));
        assertThat(index.step(cache).index().corrupt()).containsExactly("_cache/B/b.cache");
    }

    @Test
    void manyEntriesAreReadWithManyCallsAtATime() {
        List<CacheKey> keys = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            keys.add(CacheKey.plain("/" + i));
            putPage(BUILD, keys.get(i), List.of());
        }
        assertThat(cache.readAll(BUILD, keys).found()).hasSize(5);
        assertThat(calls).hasValue(5);
    }

    @Test
    void aMissingBucketIsSaidWithWhatToDo() {
        S3IncrementalCache missing = S3IncrementalCache.of(bucket.client(), "no-such-bucket", "_cache");
        assertThatThrownBy(() -> missing.list(BUILD, null))
                .isInstanceOf(CacheAccessException.class)
                .hasMessageContaining("no-such-bucket")
                .hasMessageContaining("check its name, region and account");
    }

    private CacheEntry read(CacheKey key) {
        return cache.read(BUILD, key).orElseThrow();
    }
}
