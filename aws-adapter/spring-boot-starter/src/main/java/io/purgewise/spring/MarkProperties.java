package io.purgewise.spring;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Holds the settings under {@code purgewise.mark.}, for a site that marks its caches itself.
 *
 * @param replicas where each replica of the site takes the call, such as http://10.0.0.7:3000/api/revalidate; not a load balancer
 * @param header the header that holds the secret
 * @param secret what is sent in it
 * @param signatureHeader the header that holds the signature
 * @param signingKey signs the body with HMAC-SHA256, as GitHub does; 16 characters or more
 * @param timeout how long a replica may take to answer
 */
@ConfigurationProperties("purgewise.mark")
record MarkProperties(
        @DefaultValue List<URI> replicas,
        @DefaultValue("X-Webhook-Secret") String header,
        @Nullable String secret,
        @DefaultValue("X-Hub-Signature-256") String signatureHeader,
        @Nullable String signingKey,
        @DefaultValue("5s") Duration timeout) {

    MarkProperties {
        replicas = List.copyOf(replicas);
    }

    /** Says what is set, and never a secret. */
    @Override
    public String toString() {
        return "purgewise.mark of " + replicas.size() + " replicas";
    }
}
