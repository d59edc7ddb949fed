/**
 * Takes changes that a service publishes as events, once their transaction is committed.
 *
 * <p>All that a service writes is {@code publisher.publishEvent(Change.tag("product:7"))}. With the event publication registry of
 * Spring Modulith on the class path, what is committed is published whatever happens next.
 */
@NullMarked
package io.purgewise.spring.events;

import org.jspecify.annotations.NullMarked;
