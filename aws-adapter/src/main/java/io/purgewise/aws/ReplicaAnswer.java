package io.purgewise.aws;

import java.net.URI;
import java.util.Set;

/**
 * Says what a replica answered.
 *
 * @param status the HTTP status; 0 if there was no answer
 * @param confirmed whether it confirmed
 * @param detail what it said instead, or why there was no answer; never holds a secret
 */
record ReplicaAnswer(int status, boolean confirmed, String detail) {

    private static final Set<Integer> REQUEST_IS_WRONG = Set.of(400, 413, 422);
    private static final Set<Integer> MAY_PASS = Set.of(408, 425, 429);

    /** Tells whether the same request can never be confirmed. */
    boolean refusesTheRequest() {
        return REQUEST_IS_WRONG.contains(status);
    }

    /** Tells whether the replica may answer otherwise a moment later. */
    boolean mayPass() {
        return status == 0 || status >= 500 || MAY_PASS.contains(status);
    }

    /** Tells a person which replica did not confirm, and why. */
    String told(URI replica) {
        return "replica " + ReplicaCall.named(replica) + " did not confirm: " + detail;
    }
}
