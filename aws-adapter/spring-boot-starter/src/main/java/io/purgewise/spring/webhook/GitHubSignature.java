package io.purgewise.spring.webhook;

import java.util.HexFormat;

/** Verifies {@link WebhookVerifier#github}. */
final class GitHubSignature implements WebhookVerifier {

    private final Hmac hmac;

    GitHubSignature(String secret) {
        this.hmac = new Hmac(secret);
    }

    @Override
    public boolean isGenuine(WebhookRequest request) {
        String expected = "sha256=" + HexFormat.of().formatHex(hmac.of(request.body()));
        return Hmac.equal(expected, request.header("X-Hub-Signature-256").orElse(""));
    }
}
