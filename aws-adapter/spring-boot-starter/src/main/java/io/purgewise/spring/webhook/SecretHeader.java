package io.purgewise.spring.webhook;

import static java.util.Objects.requireNonNull;

/** Compares a header with the secret. */
final class SecretHeader implements WebhookVerifier {

    private final String header;
    private final String expected;

    SecretHeader(String header, String secret) {
        this.header = requireNonNull(header, "header");
        String checked = Hmac.requireSecret(secret);
        if (header.isBlank()) {
            throw new IllegalArgumentException("the header of a webhook's secret must have a name");
        }
        this.expected = header.equalsIgnoreCase("Authorization") ? "Bearer " + checked : checked;
    }

    @Override
    public boolean isGenuine(WebhookRequest request) {
        return Hmac.equal(expected, request.header(header).orElse(""));
    }
}
