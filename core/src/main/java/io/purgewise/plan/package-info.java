/**
 * Finds the cheapest set of invalidation items that clears what must be cleared, and says why.
 *
 * <p>Everything here is a pure function of its arguments: the same input gives the same plan on every JVM.
 */
@NullMarked
package io.purgewise.plan;

import org.jspecify.annotations.NullMarked;
