/**
 * Submits invalidations to a CDN once, within its quotas, whatever fails on the way.
 *
 * <p>A change comes in as an {@link io.purgewise.cdn.OutboxEntry} and waits in an {@link io.purgewise.cdn.Outbox}; the
 * {@link io.purgewise.cdn.OutboxDrainer} puts it with others into one plan, which is written down as a
 * {@link io.purgewise.cdn.Drain} of {@link io.purgewise.cdn.InvalidationBatch}es with their
 * {@link io.purgewise.cdn.CallerReference}s, sent by the {@link io.purgewise.cdn.InvalidationSubmitter} through the port
 * {@link io.purgewise.cdn.Cdn}, and counted in the {@link io.purgewise.cdn.UsageLedger}. What a distribution refuses for good is
 * kept as a {@link io.purgewise.cdn.Debt}.
 *
 * <p>To follow a change through the sources, read {@code OutboxDrainer.append}, {@code ChangeDoor}, {@code DrainRound},
 * {@code DrainPlanning}, {@code DrainFinish} and {@code Attempt}, in this order.
 */
@NullMarked
package io.purgewise.cdn;

import org.jspecify.annotations.NullMarked;
