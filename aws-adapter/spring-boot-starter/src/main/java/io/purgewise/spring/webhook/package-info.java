/**
 * Takes the calls of a CMS: who may call, how large a call may be, and which changes it means.
 *
 * <p>A service brings a {@link io.purgewise.spring.webhook.WebhookMapping} that fits the payloads of its CMS, and a
 * {@link io.purgewise.spring.webhook.WebhookVerifier} if its CMS signs in a way of its own. All else is properties.
 */
@NullMarked
package io.purgewise.spring.webhook;

import org.jspecify.annotations.NullMarked;
