/**
 * Submits invalidations to a CDN once, within its quotas, whatever fails on the way.
 *
 * <p>To follow what a change wants through the sources, begin with {@link io.purgewise.cdn.Clearing}, which stands for one
 * distribution: it plans what is {@link io.purgewise.cdn.Wanted}, cuts the plan into {@link
 * io.purgewise.cdn.InvalidationBatch}es with their {@link io.purgewise.cdn.CallerReference}s, has them sent by the {@link
 * io.purgewise.cdn.InvalidationSubmitter} through the port {@link io.purgewise.cdn.Cdn}, and counts them in the {@link
 * io.purgewise.cdn.UsageLedger}.
 */
@NullMarked
package io.purgewise.cdn;

import org.jspecify.annotations.NullMarked;
