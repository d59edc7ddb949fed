package io.purgewise.aws;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks one replica once. Immutable and thread-safe.
 *
 * @param client the caller's client
 * @param timeout how long the whole answer may take
 * @param secretHeader where the secret goes
 * @param secret what is sent there, or null
 * @param signatureHeader where the signature goes
 * @param signature signs bodies, or null
 * @param confirmed tells by the body whether a 2xx confirms
 */
record ReplicaCall(
        HttpClient client,
        Duration timeout,
        String secretHeader,
        @Nullable String secret,
        String signatureHeader,
        @Nullable HmacSha256 signature,
        Predicate<String> confirmed) {

    /** Refuses what no replica can have as its address; the message quotes neither user name nor query. */
    static void requireReplica(URI replica) {
        boolean web = "https".equalsIgnoreCase(replica.getScheme()) || "http".equalsIgnoreCase(replica.getScheme());
        if (!web || replica.getHost() == null || replica.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "a replica must look like http://10.0.0.7:3000/api/revalidate, without user name, but was "
                            + named(replica));
        }
    }

    /** Names a replica for people: without user name and query, which may hold a secret. */
    static String named(URI replica) {
        String port = replica.getPort() < 0 ? "" : ":" + replica.getPort();
        return Excerpt.of(replica.getScheme() + "://" + replica.getHost() + port + replica.getRawPath());
    }

    /** Refuses a header that the client would refuse in each call. */
    static String requireHeader(String header) {
        HttpRequest.newBuilder().header(header, "");
        return header;
    }

    CompletableFuture<ReplicaAnswer> start(URI replica, byte[] body) {
        HttpRequest.Builder request = SiteRequest.to(replica)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .timeout(timeout)
                .header("Content-Type", "application/json");
        if (secret != null) {
            request.header(secretHeader, secret);
        }
        if (signature != null) {
            request.header(signatureHeader, "sha256=" + signature.of(body));
        }
        CompletableFuture<HttpResponse<String>> sent =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        // The client's own limit ends with the headers; a body that drips would be waited for without end.
        return sent.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).handle((response, failure) -> {
            sent.cancel(true);
            return failure == null ? judge(response) : new ReplicaAnswer(0, false, noAnswer(failure));
        });
    }

    /** Says nothing, since it would say the secret. */
    @Override
    public String toString() {
        return "a call of replicas";
    }

    private ReplicaAnswer judge(HttpResponse<String> response) {
        int status = response.statusCode();
        if (status / 100 == 2 && confirmed.test(response.body())) {
            return new ReplicaAnswer(status, true, "");
        }
        String hint = switch (status) {
            case 401, 403 -> "; check the secret that both share";
            case 404, 405 -> "; check where the app takes the call";
            default -> status / 100 == 2 ? "; \"revalidated\": true was expected" : "";
        };
        String said = response.body().isBlank() ? "" : ": " + Excerpt.of(response.body());
        return new ReplicaAnswer(status, false, "status " + status + said + hint);
    }

    private String noAnswer(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TimeoutException ? "no answer within " + timeout : "no answer: " + cause;
    }
}
