package io.purgewise.spring.webhook;

import io.purgewise.revalidate.Change;
import java.util.List;

/**
 * Says which changes a call of the CMS means. A bean of this type replaces the default, which reads
 * {@code {"tags": ["product:7"], "paths": ["/gallery"]}}.
 *
 * <p>It is asked after the call was verified and found to be small enough. It must be thread-safe.
 */
@FunctionalInterface
public interface WebhookMapping {

    /**
     * Returns what changed; nothing for a call that concerns no page, which is answered like any other.
     *
     * @param request the call
     * @throws RuntimeException if the call is not what the CMS should send: an {@link IllegalArgumentException} or an exception of
     *     Jackson is answered 422 with its message, and nothing is accepted
     */
    List<Change> changes(WebhookRequest request);
}
