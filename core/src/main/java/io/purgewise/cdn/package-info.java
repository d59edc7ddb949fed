/** Submits invalidations to a CDN once, within its quotas, whatever fails on the way. */
@NullMarked
package io.purgewise.cdn;

import org.jspecify.annotations.NullMarked;
