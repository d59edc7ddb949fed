package io.purgewise.spring.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Verifies {@link WebhookVerifier#contentful}. */
final class ContentfulSignature implements WebhookVerifier {

    private static final String TIMESTAMP = "x-contentful-timestamp";
    private static final String SIGNED_HEADERS = "x-contentful-signed-headers";
    private static final int SECRET_LENGTH = 64;

    /** What JavaScript's {@code encodeURI} leaves as it is, beside letters and digits. */
    private static final String UNCHANGED_IN_URI = ";,/?:@&=+$-_.!~*'()#";

    /** What Node's {@code querystring.escape} leaves as it is, beside letters and digits. */
    private static final String UNCHANGED_IN_QUERY = "-_.!~*'()";

    private final Hmac hmac;
    private final Freshness freshness;

    ContentfulSignature(String secret, Freshness freshness) {
        this.hmac = new Hmac(secret);
        this.freshness = freshness;
        if (secret.length() != SECRET_LENGTH) {
            throw new IllegalArgumentException("the signing secret of Contentful has " + SECRET_LENGTH
                    + " characters, but this one has " + secret.length());
        }
    }

    @Override
    public boolean isGenuine(WebhookRequest request) {
        String timestamp = request.header(TIMESTAMP).orElse("").strip();
        String head = "POST\n" + encodedTarget(request.target()) + "\n" + signedHeaders(request, timestamp) + "\n";
        String expected = HexFormat.of().formatHex(hmac.of(head.getBytes(UTF_8), request.body()));
        String given = request.header("x-contentful-signature").orElse("");
        return Hmac.equal(expected, given) && freshness.covers(timestamp);
    }

    /** Returns {@code name:value;name:value} of the headers that the call says are signed, sorted by name. */
    private static String signedHeaders(WebhookRequest request, String timestamp) {
        Map<String, String> signed = new TreeMap<>();
        for (String name : request.header(SIGNED_HEADERS).orElse("").split(",", -1)) {
            request.header(name).ifPresent(value -> signed.put(name, value.strip()));
        }
        signed.put(TIMESTAMP, timestamp);
        signed.put(SIGNED_HEADERS, "");
        signed.put(SIGNED_HEADERS, String.join(",", signed.keySet()));
        return signed.entrySet().stream()
                .map(header -> header.getKey() + ":" + header.getValue())
                .collect(Collectors.joining(";"));
    }

    /** Encodes the target as the toolkit does: the query once as a value, and then all of it as a URI. */
    private static String encodedTarget(String target) {
        String[] parts = target.split("\\?", 3);
        String query = parts.length > 1 ? encode(parts[1], UNCHANGED_IN_QUERY) : "";
        return encode(query.isEmpty() ? parts[0] : parts[0] + "?" + query, UNCHANGED_IN_URI);
    }

    private static String encode(String text, String unchanged) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : text.getBytes(UTF_8)) {
            char character = (char) (octet & 0xFF);
            boolean letterOrDigit = character < 0x80 && Character.isLetterOrDigit(character);
            if (letterOrDigit || unchanged.indexOf(character) >= 0) {
                encoded.append(character);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
            }
        }
        return encoded.toString();
    }
}
