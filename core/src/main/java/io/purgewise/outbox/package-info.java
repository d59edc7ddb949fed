/**
 * Carries changes through durably and soon: accepted with one write, then marked, rendered, planned and cleared by whichever
 * instance holds the lease, exactly once, whatever is killed meanwhile.
 *
 * <p>A change's way through the classes, in the order to read them: {@link io.purgewise.outbox.OutboxDrainer} accepts it as an
 * {@link io.purgewise.outbox.OutboxEntry} in an {@link io.purgewise.outbox.Outbox}, in one lane for each distribution. A {@code
 * Lane} decides when it is time and takes the lease; a {@code LaneTurn} takes what waits through the same steps as a {@link
 * io.purgewise.revalidate.Revalidator} does, with the plan written down as a {@link io.purgewise.outbox.Outbox.Drain} before anything
 * of it is sent. What cannot be carried through ends as a {@link io.purgewise.outbox.DeadLetter}.
 */
@NullMarked
package io.purgewise.outbox;

import org.jspecify.annotations.NullMarked;
