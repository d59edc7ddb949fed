package io.purgewise.spring.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Verifies {@link WebhookVerifier#sanity}. */
final class SanitySignature implements WebhookVerifier {

    private static final Pattern HEADER = Pattern.compile("t=(\\d{1,18})[, ]+v1=([^, ]+)");

    private final Hmac hmac;
    private final Freshness freshness;

    SanitySignature(String secret, Freshness freshness) {
        this.hmac = new Hmac(secret);
        this.freshness = freshness;
    }

    @Override
    public boolean isGenuine(WebhookRequest request) {
        Matcher header = HEADER.matcher(
                request.header("sanity-webhook-signature").orElse("").strip());
        if (!header.matches()) {
            return false;
        }
        byte[] signature = hmac.of((header.group(1) + ".").getBytes(UTF_8), request.body());
        String expected = Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        return Hmac.equal(expected, header.group(2)) && freshness.covers(header.group(1));
    }
}
