package io.purgewise.aws;

import io.purgewise.cdn.Ambient;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Problem;
import io.purgewise.revalidate.RevalidationEndpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has a site mark its caches by a {@code POST} to a route handler of the app, on every replica.
 *
 * <p>A replica has confirmed when it answers 2xx with a JSON object that says {@code "revalidated": true}, as the handlers in
 * Next.js's own guides do. Anything else is a problem of kind {@link Problem.Kind#NOT_MARKED} that names the replica. It is
 * repeatable unless the replica answered 400, 413 or 422, which say that the request itself is wrong. A replica that does not
 * answer, or answers 408, 425, 429 or 5xx, is asked again a few times within the call.
 *
 * <p>The client is the caller's and must not follow redirects. This class is thread-safe.
 */
public final class HttpRevalidationEndpoint implements RevalidationEndpoint {

    /** A replica is asked for this many changes at once. */
    private static final int CHANGES_OF_A_CALL = 100;

    private final Supplier<? extends Collection<URI>> replicas;
    private final ReplicaCall call;
    private final Function<? super List<Change>, String> body;
    private final Attempts attempts;

    private HttpRevalidationEndpoint(Builder builder) {
        replicas = builder.replicas;
        call = new ReplicaCall(
                builder.client,
                builder.attempts.timeout(),
                builder.secretHeader,
                builder.secret,
                builder.signatureHeader,
                builder.signingKey == null ? null : new HmacSha256(builder.signingKey),
                builder.confirmed);
        body = builder.body;
        attempts = builder.attempts;
    }

    /**
     * Starts the description of an endpoint with a fixed list of replicas.
     *
     * @param client the caller's client; it stays open
     * @param replicas where each replica takes the call, such as {@code http://10.0.0.7:3000/api/revalidate}: a load balancer
     *     passes a call to one of its replicas alone, and the others keep their old pages
     * @return a builder
     * @throws IllegalArgumentException if there is no replica, if one is not of {@code http} or {@code https} or holds a user
     *     name, or if the client follows redirects
     */
    public static Builder builder(HttpClient client, Collection<URI> replicas) {
        Objects.requireNonNull(client, "client");
        List<URI> fixed = List.copyOf(Objects.requireNonNull(replicas, "replicas"));
        if (fixed.isEmpty()) {
            throw new IllegalArgumentException("at least one replica must be named, but there was none");
        }
        fixed.forEach(ReplicaCall::requireReplica);
        return new Builder(client, () -> fixed);
    }

    /**
     * Starts the description of an endpoint whose replicas come and go.
     *
     * @param client the caller's client; it stays open
     * @param replicas tells, in each call anew, where every replica that runs takes the call; if it knows none, nothing is
     *     marked, which is a problem
     * @return a builder
     * @throws IllegalArgumentException if the client follows redirects
     */
    public static Builder builder(HttpClient client, Supplier<? extends Collection<URI>> replicas) {
        return new Builder(client, replicas);
    }

    @Override
    public Map<Change, List<Problem>> mark(Collection<? extends Change> changes) {
        List<Change> all = List.copyOf(new LinkedHashSet<>(Objects.requireNonNull(changes, "changes")));
        Map<Change, List<Problem>> unmarked = new LinkedHashMap<>();
        List<URI> open = new ArrayList<>(new LinkedHashSet<>(replicas.get()));
        open.forEach(ReplicaCall::requireReplica);
        if (open.isEmpty()) {
            all.forEach(change -> note(unmarked, change, "no replica of the site is known that could mark it", true));
        }
        for (int from = 0; from < all.size(); from += CHANGES_OF_A_CALL) {
            List<Change> some = all.subList(from, Math.min(all.size(), from + CHANGES_OF_A_CALL));
            Map<URI, ReplicaAnswer> answers = ask(open, some);
            answers.forEach((replica, answer) -> judge(replica, answer, some, unmarked));
            // One that does not answer is not waited for once more for every hundred changes.
            List<Change> rest = all.subList(from + some.size(), all.size());
            answers.forEach((replica, answer) -> {
                if (answer.mayPass() && open.remove(replica)) {
                    rest.forEach(change -> note(unmarked, change, answer.told(replica), true));
                }
            });
        }
        return unmarked;
    }

    /** Finds out which of several changes a replica refuses, so that it keeps no other from being marked. */
    private void judge(URI replica, ReplicaAnswer answer, List<Change> changes, Map<Change, List<Problem>> unmarked) {
        if (answer.refusesTheRequest() && changes.size() > 1) {
            ReplicaAnswer last = answer;
            for (Change change : changes) {
                if (!last.mayPass()) {
                    last = Objects.requireNonNull(
                            ask(List.of(replica), List.of(change)).get(replica));
                }
                judge(replica, last, List.of(change), unmarked);
            }
        } else if (!answer.confirmed()) {
            changes.forEach(change -> note(unmarked, change, answer.told(replica), !answer.refusesTheRequest()));
        }
    }

    private static void note(Map<Change, List<Problem>> unmarked, Change change, String message, boolean repeatable) {
        unmarked.computeIfAbsent(change, each -> new ArrayList<>())
                .add(new Problem(Problem.Kind.NOT_MARKED, change.toString(), message, repeatable));
    }

    /** Asks replicas at the same time, and those that may answer otherwise a moment later again. */
    private Map<URI, ReplicaAnswer> ask(Collection<URI> replicas, List<Change> changes) {
        byte[] bytes = body.apply(changes).getBytes(StandardCharsets.UTF_8);
        Map<URI, ReplicaAnswer> answers = new LinkedHashMap<>();
        Set<URI> open = new LinkedHashSet<>(replicas);
        for (int attempt = 1; attempt <= attempts.tries() && !open.isEmpty() && attempts.mayTry(attempt); attempt++) {
            Map<URI, CompletableFuture<ReplicaAnswer>> started = new LinkedHashMap<>();
            open.forEach(replica -> started.put(replica, call.start(replica, bytes)));
            started.forEach((replica, answer) -> answers.put(replica, answer.join()));
            open.removeIf(
                    replica -> !Objects.requireNonNull(answers.get(replica)).mayPass());
        }
        return answers;
    }

    /** Collects the settings of an endpoint. This class is not thread-safe. */
    public static final class Builder {

        private final HttpClient client;
        private final Supplier<? extends Collection<URI>> replicas;
        private String secretHeader = "";
        private @Nullable String secret;
        private String signatureHeader = "";
        private @Nullable String signingKey;
        private Function<? super List<Change>, String> body = RevalidationBody::of;
        private Predicate<String> confirmed = RevalidationBody::confirms;
        private Attempts attempts = Attempts.of(3, Duration.ofSeconds(5));

        private Builder(HttpClient client, Supplier<? extends Collection<URI>> replicas) {
            this.client = Attempts.requireNoRedirects(client, "it would take the secret elsewhere");
            this.replicas = Objects.requireNonNull(replicas, "replicas");
        }

        /**
         * Sends a secret in a header.
         *
         * @param header the header's name, such as {@code Authorization}
         * @param secret what it holds, such as {@code Bearer} and a token; never logged
         * @return this builder
         * @throws IllegalArgumentException if {@code header} is no header's name, or {@code secret} cannot stand in a header
         */
        public Builder secret(String header, String secret) {
            Objects.requireNonNull(header, "header");
            this.secret = Objects.requireNonNull(secret, "secret");
            this.secretHeader = ReplicaCall.requireHeader(header);
            if (!secret.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
                throw new IllegalArgumentException("the secret for " + header
                        + " holds a character that no header can, such as a line's end or one beyond ASCII");
            }
            return this;
        }

        /**
         * Signs the body as GitHub does: {@code sha256=} and the HMAC-SHA256 of the body in hexadecimal.
         *
         * @param header the header's name, such as {@code X-Hub-Signature-256}
         * @param key what both sides know; never sent or logged
         * @return this builder
         * @throws IllegalArgumentException if {@code header} is no header's name, or {@code key} has less than 16 characters
         */
        public Builder signed(String header, String key) {
            Objects.requireNonNull(header, "header");
            this.signingKey = Objects.requireNonNull(key, "key");
            this.signatureHeader = ReplicaCall.requireHeader(header);
            if (key.length() < 16) {
                throw new IllegalArgumentException(
                        "the key of a signature must have 16 characters or more, but has " + key.length());
            }
            return this;
        }

        /**
         * Sets what is sent, as {@code application/json}.
         *
         * @param body writes some changes; default
         *     <code>{"tags":["product:7"],"paths":["/gallery"],"routes":[{"path":"/blog/[slug]","type":"page"}]}</code>, where
         *     the whole site is the route {@code /} of type {@code layout}
         * @return this builder
         */
        public Builder body(Function<? super List<Change>, String> body) {
            this.body = Objects.requireNonNull(body, "body");
            return this;
        }

        /**
         * Sets which answer confirms, among those with status 2xx.
         *
         * @param confirmed tells by the answer's body; default: a JSON object with {@code "revalidated": true}, since a page
         *     that says "200" may be anybody's
         * @return this builder
         */
        public Builder confirmedBy(Predicate<String> confirmed) {
            this.confirmed = Objects.requireNonNull(confirmed, "confirmed");
            return this;
        }

        /**
         * Sets how long to wait for the whole answer of a replica.
         *
         * @param timeout positive; default 5 s
         * @return this builder
         * @throws IllegalArgumentException if {@code timeout} is not positive
         */
        public Builder timeout(Duration timeout) {
            attempts = attempts.timeout(timeout);
            return this;
        }

        /**
         * Sets how often a replica is asked within a call.
         *
         * @param tries at least 1; default 3
         * @return this builder
         * @throws IllegalArgumentException if {@code tries} is less than 1
         */
        public Builder tries(int tries) {
            attempts = attempts.tries(tries);
            return this;
        }

        /**
         * Sets how to wait between tries: 400 ms, doubling.
         *
         * @param pause the wait; default {@link Thread#sleep(long)}
         * @return this builder
         */
        public Builder pause(Ambient.Pause pause) {
            attempts = attempts.pause(pause);
            return this;
        }

        /**
         * Finishes the description.
         *
         * @return the endpoint
         */
        public HttpRevalidationEndpoint build() {
            return new HttpRevalidationEndpoint(this);
        }
    }
}
