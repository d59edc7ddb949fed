package io.purgewise.spring.webhook;

import io.purgewise.PurgewiseException;
import io.purgewise.revalidate.Change;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.core.JacksonException;

/**
 * Answers the calls of a CMS: 202 once the changes are in the outbox; 401 to whoever is not the CMS, 413 to what is too large, 400
 * to what is no JSON and 422 to what cannot be a change, which all do not help to repeat; 503 while the outbox takes nothing, which
 * the CMS should repeat. Whatever is not 202 has accepted nothing.
 */
final class WebhookEndpoint implements HandlerFunction<ServerResponse> {

    /** Takes changes into the outbox. */
    @FunctionalInterface
    interface Acceptance {

        /** Returns the IDs under which the changes wait. */
        List<String> accept(List<Change> changes);
    }

    /**
     * Is the answer when everything is accepted.
     *
     * @param accepted the IDs under which the changes wait in the outbox
     */
    record Accepted(List<String> accepted) {}

    private static final Logger LOG = System.getLogger(WebhookEndpoint.class.getName());
    private static final String RETRY_AFTER_SECONDS = "30";

    private final WebhookVerifier verifier;
    private final WebhookMapping mapping;
    private final Acceptance acceptance;
    private final int maxBody;
    private final int maxChanges;

    WebhookEndpoint(
            WebhookVerifier verifier, WebhookMapping mapping, Acceptance acceptance, WebhookProperties properties) {
        this.verifier = verifier;
        this.mapping = mapping;
        this.acceptance = acceptance;
        this.maxBody = Math.toIntExact(properties.maxBody().toBytes());
        this.maxChanges = properties.maxChanges();
    }

    @Override
    public ServerResponse handle(ServerRequest call) throws IOException {
        byte[] body = bodyWithinLimit(call);
        if (body == null) {
            return problem(HttpStatus.CONTENT_TOO_LARGE, "a call may have at most " + maxBody + " bytes");
        }
        WebhookRequest request = WebhookRequest.of(targetOf(call), headersOf(call), body);
        if (!verifier.isGenuine(request)) {
            return problem(HttpStatus.UNAUTHORIZED, "the secret or the signature is wrong, missing or too old");
        }
        try {
            return accept(mapping.changes(request));
        } catch (MalformedPayloadException e) {
            return problem(HttpStatus.BAD_REQUEST, e.getMessage());
        } catch (JacksonException e) {
            return problem(HttpStatus.UNPROCESSABLE_CONTENT, e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            return problem(HttpStatus.UNPROCESSABLE_CONTENT, e.getMessage());
        }
    }

    private ServerResponse accept(List<Change> changes) {
        if (changes.size() > maxChanges) {
            return problem(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "a call may name at most " + maxChanges + " changes, but names " + changes.size());
        }
        try {
            List<String> accepted = acceptance.accept(changes);
            LOG.log(Level.INFO, () -> "accepted " + LogText.escape(changes.toString()));
            return ServerResponse.accepted()
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(new Accepted(accepted));
        } catch (PurgewiseException e) {
            LOG.log(Level.WARNING, () -> "not accepted: " + LogText.escape(String.valueOf(e.getMessage())));
            return unavailable();
        }
    }

    private static ServerResponse unavailable() {
        return ServerResponse.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header("Retry-After", RETRY_AFTER_SECONDS)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemDetail.forStatusAndDetail(
                        HttpStatus.SERVICE_UNAVAILABLE, "nothing was accepted; send it again later"));
    }

    private static ServerResponse problem(HttpStatus status, @Nullable String detail) {
        return ServerResponse.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemDetail.forStatusAndDetail(status, String.valueOf(detail)));
    }

    /** Reads the body; never more of it than one byte above the limit, whatever its length is said to be. */
    private byte @Nullable [] bodyWithinLimit(ServerRequest call) throws IOException {
        if (call.servletRequest().getContentLengthLong() > maxBody) {
            return null;
        }
        byte[] body = call.servletRequest().getInputStream().readNBytes(maxBody + 1);
        return body.length > maxBody ? null : body;
    }

    private static String targetOf(ServerRequest call) {
        String query = call.servletRequest().getQueryString();
        String path = call.servletRequest().getRequestURI();
        return query == null ? path : path + "?" + query;
    }

    private static Map<String, String> headersOf(ServerRequest call) {
        Map<String, String> headers = new HashMap<>();
        call.headers().asHttpHeaders().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        return headers;
    }
}
