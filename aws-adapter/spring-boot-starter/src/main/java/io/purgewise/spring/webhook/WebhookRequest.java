package io.purgewise.spring.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds one call of a CMS as it came: a {@code POST} with its target, its headers, and its body, which is within the size limit.
 *
 * <p>Immutable and thread-safe.
 */
public final class WebhookRequest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final String target;
    private final Map<String, String> headers;
    private final byte[] body;

    private WebhookRequest(String target, Map<String, String> headers, byte[] body) {
        this.target = target;
        this.headers = headers;
        this.body = body;
    }

    /**
     * Creates a call, as a test of a mapping needs it.
     *
     * @param target the path and, after a {@code ?}, the query, as they stand in the request line
     * @param headers the headers; a name is the same in upper and lower case
     * @param body the body, which is copied
     */
    public static WebhookRequest of(String target, Map<String, String> headers, byte[] body) {
        requireNonNull(target, "target");
        requireNonNull(headers, "headers");
        requireNonNull(body, "body");
        Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        return new WebhookRequest(target, copy, body.clone());
    }

    /** Returns the path and, after a {@code ?}, the query, as they stood in the request line. */
    public String target() {
        return target;
    }

    /**
     * Returns the value of a header; where it was sent more than once, all values, separated by a comma.
     *
     * @param name its name, in any case
     */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(requireNonNull(name, "name")));
    }

    /** Returns a copy of the body. */
    public byte[] body() {
        return body.clone();
    }

    /** Returns the body as text, read as UTF-8. */
    public String text() {
        return new String(body, UTF_8);
    }

    /**
     * Parses the body as JSON.
     *
     * @throws MalformedPayloadException if it is none; the CMS is answered 400
     */
    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw new MalformedPayloadException("the body must be JSON, but " + e.getOriginalMessage(), e);
        }
    }

    /** Tells the target and the size, and nothing that could be secret. */
    @Override
    public String toString() {
        return "POST " + target + " with " + body.length + " bytes";
    }
}
