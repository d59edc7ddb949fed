package io.purgewise.spring.webhook;

import io.purgewise.spring.MissingSettingException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Holds the settings under {@code purgewise.webhook.}; the service does not start if one is wrong.
 *
 * @param enabled whether there is an endpoint that a CMS may call; none by default
 * @param path where it lies
 * @param scheme how the CMS shows that it is the CMS; a bean of type WebhookVerifier replaces it
 * @param secret what the CMS and the service share, at least 16 characters; Contentful's has 64
 * @param header the header that holds the secret, for the scheme "secret"
 * @param maxAge how far a signed time may be from ours, for the schemes that sign one
 * @param maxBody how large a call may be; larger ones are refused before they are read
 * @param maxChanges how many changes one call may name
 */
@ConfigurationProperties("purgewise.webhook")
record WebhookProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("/purgewise/webhook") String path,
        @DefaultValue("secret") Scheme scheme,
        @Nullable String secret,
        @DefaultValue("X-Webhook-Secret") String header,
        @DefaultValue("1h") Duration maxAge,
        @DefaultValue("256KB") DataSize maxBody,
        @DefaultValue("100") int maxChanges) {

    /** A body is held in memory, several of them at a time. */
    private static final DataSize LARGEST_BODY = DataSize.ofMegabytes(16);

    /** Names how a CMS shows that it is the CMS. */
    enum Scheme {
        /** The secret itself, in a header. */
        SECRET,
        /** {@link WebhookVerifier#contentful}. */
        CONTENTFUL,
        /** {@link WebhookVerifier#sanity}. */
        SANITY,
        /** {@link WebhookVerifier#strapi}. */
        STRAPI,
        /** {@link WebhookVerifier#github}. */
        GITHUB
    }

    WebhookProperties {
        require(path.startsWith("/"), "path must start with a slash, but was \"" + path + "\"");
        require(
                secret == null || secret.length() >= WebhookVerifier.MIN_SECRET_LENGTH,
                "secret must have at least " + WebhookVerifier.MIN_SECRET_LENGTH + " characters, but has "
                        + (secret == null ? 0 : secret.length()));
        require(!maxAge.isNegative() && !maxAge.isZero(), "max-age must be positive, but was " + maxAge);
        require(
                maxBody.toBytes() > 0 && maxBody.compareTo(LARGEST_BODY) <= 0,
                "max-body must be from 1 byte to " + LARGEST_BODY.toMegabytes() + "MB, but was " + maxBody);
        require(maxChanges > 0, "max-changes must be positive, but was " + maxChanges);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("purgewise.webhook." + message);
        }
    }

    WebhookVerifier verifier(InstantSource clock) {
        String given = secret;
        if (given == null) {
            throw new MissingSettingException(
                    "purgewise.webhook.secret is not set, and purgewise.webhook.enabled is true",
                    "set it to the secret that the CMS has too, or give a bean of type WebhookVerifier");
        }
        return switch (scheme) {
            case SECRET -> WebhookVerifier.secret(header, given);
            case CONTENTFUL -> WebhookVerifier.contentful(given, maxAge, clock);
            case SANITY -> WebhookVerifier.sanity(given, maxAge, clock);
            case STRAPI -> WebhookVerifier.strapi(given);
            case GITHUB -> WebhookVerifier.github(given);
        };
    }

    /** Leaves out the secret. */
    @Override
    public String toString() {
        return "WebhookProperties[" + path + ", " + scheme + ", " + maxBody + ", " + maxChanges + "]";
    }
}
