package io.purgewise.spring.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebhookVerifierTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final String SECRET = "It's a Secret to Everybody";
    private static final String CONTENTFUL_SECRET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/";
    private static final long SIGNED_AT = 1_603_379_941_037L;

    @Test
    void theSecretIsExpectedWholeInItsHeader() {
        WebhookVerifier verifier = WebhookVerifier.secret("X-Webhook-Secret", SECRET);

        assertThat(verifier.isGenuine(call(Map.of("x-webhook-secret", SECRET)))).isTrue();
        assertThat(verifier.isGenuine(call(Map.of()))).isFalse();
        assertThat(verifier.isGenuine(call(Map.of("x-webhook-secret", "")))).isFalse();
        assertThat(verifier.isGenuine(call(Map.of("x-webhook-secret", SECRET.substring(1)))))
                .isFalse();
        assertThat(verifier.isGenuine(call(Map.of("x-webhook-secret", SECRET + ", " + SECRET))))
                .isFalse();
        assertThat(verifier.isGenuine(call(Map.of("authorization", "Bearer " + SECRET))))
                .isFalse();
    }

    @Test
    void strapiSendsItAsABearerToken() {
        WebhookVerifier verifier = WebhookVerifier.strapi(SECRET);

        assertThat(verifier.isGenuine(call(Map.of("authorization", "Bearer " + SECRET))))
                .isTrue();
        assertThat(verifier.isGenuine(call(Map.of("authorization", SECRET)))).isFalse();
    }

    /** The value is the one by which GitHub's documentation lets one test an implementation. */
    @Test
    void gitHubSignsTheBody() {
        WebhookVerifier verifier = WebhookVerifier.github(SECRET);
        Map<String, String> signed = Map.of(
                "X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");

        assertThat(verifier.isGenuine(call("/", signed, "Hello, World!"))).isTrue();
        assertThat(verifier.isGenuine(call("/", signed, "Hello, World?"))).isFalse();
        assertThat(verifier.isGenuine(call("/", Map.of(), "Hello, World!"))).isFalse();
    }

    /** The signature was made by @sanity/webhook 4.0.4. */
    @Test
    void sanitySignsTimeAndBody() {
        Instant signedAt = Instant.ofEpochMilli(1_633_519_811_129L);
        String signature = "02infEqv3uvUxM3kMJ_3EbFYoBdXa8FpQCn0VfK2EpE";
        String body = "{\"_id\":\"p7\",\"name\":\"Größe\"}";
        WebhookVerifier verifier = WebhookVerifier.sanity("a secret of Sanity", HOUR, at(signedAt.plusSeconds(5)));

        assertThat(verifier.isGenuine(sanity("t=1633519811129,v1=" + signature, body)))
                .isTrue();
        assertThat(verifier.isGenuine(sanity("t=1633519811129, v1=" + signature, body)))
                .isTrue();
        assertThat(verifier.isGenuine(sanity("t=1633519811130,v1=" + signature, body)))
                .isFalse();
        assertThat(verifier.isGenuine(sanity("t=1633519811129,v1=" + signature, body + " ")))
                .isFalse();
        assertThat(verifier.isGenuine(sanity("t=99999999999999999999,v1=" + signature, body)))
                .isFalse();
        assertThat(verifier.isGenuine(sanity("v1=" + signature, body))).isFalse();
        assertThat(verifier.isGenuine(call(Map.of()))).isFalse();
    }

    @Test
    void aSignatureOfSanityDoesNotCountForEver() {
        Instant signedAt = Instant.ofEpochMilli(1_633_519_811_129L);
        WebhookRequest call = sanity(
                "t=1633519811129,v1=02infEqv3uvUxM3kMJ_3EbFYoBdXa8FpQCn0VfK2EpE",
                "{\"_id\":\"p7\",\"name\":\"Größe\"}");

        assertThat(WebhookVerifier.sanity("a secret of Sanity", HOUR, at(signedAt.plus(HOUR)))
                        .isGenuine(call))
                .isTrue();
        assertThat(WebhookVerifier.sanity(
                                "a secret of Sanity",
                                HOUR,
                                at(signedAt.plus(HOUR).plusMillis(1)))
                        .isGenuine(call))
                .isFalse();
        assertThat(WebhookVerifier.sanity(
                                "a secret of Sanity",
                                HOUR,
                                at(signedAt.minus(HOUR).minusMillis(1)))
                        .isGenuine(call))
                .isFalse();
    }

    /** The signatures were made by @contentful/node-apps-toolkit 3.16.1. */
    @Test
    void contentfulSignsTargetHeadersAndBody() {
        Map<String, String> headers = contentful(
                "abf27fefbd129cf109c014e396db9c1bf405d3fa0ea7c4d459d3715c5c293d3f",
                "content-type,x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic");
        headers.put("X-Contentful-Topic", "ContentManagement.Entry.publish");
        headers.put("Content-Type", "application/vnd.contentful.management.v1+json");
        headers.put("User-Agent", "is not signed");
        String body = "{\"sys\":{\"id\":\"p7\"},\"name\":\"Größe\"}";
        WebhookVerifier verifier = contentful(Duration.ofSeconds(5));

        assertThat(verifier.isGenuine(call("/purgewise/webhook", headers, body)))
                .isTrue();
        assertThat(verifier.isGenuine(call("/purgewise/other", headers, body))).isFalse();
        assertThat(verifier.isGenuine(call("/purgewise/webhook", headers, body + " ")))
                .isFalse();
        headers.put("X-Contentful-Topic", "ContentManagement.Entry.delete");
        assertThat(verifier.isGenuine(call("/purgewise/webhook", headers, body)))
                .isFalse();
    }

    @Test
    void contentfulEncodesTheTargetBeforeItSigns() {
        Map<String, String> withQuery = contentful(
                "11dc75c3f45f4046eadec3274a080c6ee4afb38058f1141fd7fa59e3533c0aab",
                "x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic");
        withQuery.put("X-Contentful-Topic", " ContentManagement.Entry.publish ");
        Map<String, String> bare = contentful(
                "25d94095d5ec7781e53dc5a1f9062f3fa64f91cfb5e8515c31ff113e106bd2bf",
                "x-contentful-signed-headers,x-contentful-timestamp");
        WebhookVerifier verifier = contentful(Duration.ofSeconds(5));

        assertThat(verifier.isGenuine(call("/hooks/a%20b?site=shop&l=de DE", withQuery, "{}")))
                .isTrue();
        assertThat(verifier.isGenuine(call("/hooks/a(b)'é", bare, ""))).isTrue();
    }

    @Test
    void aSignatureOfContentfulDoesNotCountForEver() {
        Map<String, String> headers = contentful(
                "25d94095d5ec7781e53dc5a1f9062f3fa64f91cfb5e8515c31ff113e106bd2bf",
                "x-contentful-signed-headers,x-contentful-timestamp");

        assertThat(contentful(HOUR).isGenuine(call("/hooks/a(b)'é", headers, "")))
                .isTrue();
        assertThat(contentful(HOUR.plusMillis(1)).isGenuine(call("/hooks/a(b)'é", headers, "")))
                .isFalse();
        assertThat(contentful(HOUR).isGenuine(call("/hooks/a(b)'é", Map.of(), "")))
                .isFalse();
    }

    @Test
    void aShortSecretIsRefusedAndNotQuoted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebhookVerifier.github("fifteen letters"))
                .withMessage("the secret of a webhook must have at least 16 characters, but has 15");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebhookVerifier.contentful(SECRET, HOUR, InstantSource.system()))
                .withMessage("the signing secret of Contentful has 64 characters, but this one has 26");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebhookVerifier.sanity(SECRET, Duration.ZERO, InstantSource.system()))
                .withMessage("maxAge must be positive, but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebhookVerifier.secret(" ", SECRET))
                .withMessage("the header of a webhook's secret must have a name");
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullIsRefusedByName() {
        assertThatNullPointerException()
                .isThrownBy(() -> WebhookVerifier.strapi(null))
                .withMessage("secret");
        assertThatNullPointerException()
                .isThrownBy(() -> WebhookVerifier.secret(null, SECRET))
                .withMessage("header");
        assertThatNullPointerException()
                .isThrownBy(() -> WebhookVerifier.sanity(SECRET, null, InstantSource.system()))
                .withMessage("maxAge");
        assertThatNullPointerException()
                .isThrownBy(() -> WebhookVerifier.contentful(SECRET, HOUR, null))
                .withMessage("clock");
        assertThatNullPointerException()
                .isThrownBy(() -> WebhookRequest.of("/", Map.of(), null))
                .withMessage("body");
    }

    private static WebhookVerifier contentful(Duration sinceSigned) {
        Instant now = Instant.ofEpochMilli(SIGNED_AT).plus(sinceSigned);
        return WebhookVerifier.contentful(CONTENTFUL_SECRET, HOUR, at(now));
    }

    private static Map<String, String> contentful(String signature, String signedHeaders) {
        return new HashMap<>(Map.of(
                "X-Contentful-Signature",
                signature,
                "X-Contentful-Signed-Headers",
                signedHeaders,
                "X-Contentful-Timestamp",
                Long.toString(SIGNED_AT)));
    }

    private static InstantSource at(Instant now) {
        return () -> now;
    }

    private static WebhookRequest sanity(String signature, String body) {
        return call("/", Map.of("Sanity-Webhook-Signature", signature), body);
    }

    private static WebhookRequest call(Map<String, String> headers) {
        return call("/", headers, "{}");
    }

    private static WebhookRequest call(String target, Map<String, String> headers, String body) {
        return WebhookRequest.of(target, headers, body.getBytes(UTF_8));
    }
}
