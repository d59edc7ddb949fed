package io.purgewise.spring.webhook;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Tells whether a call comes from the CMS. A bean of this type replaces the one that {@code purgewise.webhook.scheme} names.
 *
 * <p>It is asked before the body is parsed. All verifiers of this interface compare in constant time, and are immutable and
 * thread-safe.
 */
@FunctionalInterface
public interface WebhookVerifier {

    /** The fewest characters of a secret. */
    int MIN_SECRET_LENGTH = 16;

    /**
     * Tells whether a call is genuine; {@code false} is answered 401.
     *
     * @param request the call; whatever it holds may be a lie
     */
    boolean isGenuine(WebhookRequest request);

    /**
     * Expects the secret itself in a header, as any CMS can send it that lets one name headers.
     *
     * @param header the header's name, such as {@code X-Webhook-Secret}; where it is {@code Authorization}, the value must be
     *     {@code Bearer} and the secret
     * @param secret at least {@link #MIN_SECRET_LENGTH} characters
     */
    static WebhookVerifier secret(String header, String secret) {
        return new SecretHeader(header, secret);
    }

    /**
     * Expects {@code Authorization: Bearer} and the secret, as Strapi sends it. Strapi 5 signs no calls by itself; its
     * documentation has one put the token among the webhook's headers ("Webhooks", section "Securing your webhooks",
     * docs.strapi.io/cms/backend-customization/webhooks).
     *
     * @param secret at least {@link #MIN_SECRET_LENGTH} characters
     */
    static WebhookVerifier strapi(String secret) {
        return new SecretHeader("Authorization", secret);
    }

    /**
     * Expects the signature of GitHub: {@code X-Hub-Signature-256} holds {@code sha256=} and the hexadecimal HMAC-SHA256 of the body
     * ("Validating webhook deliveries", docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries). It holds no time, so a
     * call can be replayed; that revalidates what it did before, and no more.
     *
     * @param secret at least {@link #MIN_SECRET_LENGTH} characters
     */
    static WebhookVerifier github(String secret) {
        return new GitHubSignature(secret);
    }

    /**
     * Expects the signature of Sanity: {@code sanity-webhook-signature} holds {@code t=}, the time in milliseconds, {@code ,v1=} and
     * the HMAC-SHA256, in base64url without padding, of the time, a dot, and the body (github.com/sanity-io/webhook-toolkit, version
     * 4.0.4, {@code signature.ts}).
     *
     * @param secret at least {@link #MIN_SECRET_LENGTH} characters
     * @param maxAge how far the time may be from ours; calls outside are refused, so that they cannot be replayed for ever
     * @param clock the time
     */
    static WebhookVerifier sanity(String secret, Duration maxAge, InstantSource clock) {
        return new SanitySignature(secret, new Freshness(maxAge, clock));
    }

    /**
     * Expects the signature of Contentful: {@code x-contentful-signature} holds the hexadecimal HMAC-SHA256 of method, target, signed
     * headers and body (contentful.com/developers/docs/webhooks/request-verification; the form of the signed text is that of
     * {@code @contentful/node-apps-toolkit} 3.16.1, {@code sign-request.ts}). The target must be the one that Contentful called:
     * behind a proxy that changes the path, let the proxy send {@code X-Forwarded-Prefix} and set
     * {@code server.forward-headers-strategy=framework}.
     *
     * @param secret exactly 64 characters, as Contentful makes it
     * @param maxAge how far {@code x-contentful-timestamp} may be from our time; calls outside are refused
     * @param clock the time
     */
    static WebhookVerifier contentful(String secret, Duration maxAge, InstantSource clock) {
        return new ContentfulSignature(secret, new Freshness(maxAge, clock));
    }
}
