/**
 * Finds the cheapest set of invalidation items that clears what must be cleared, and says why.
 *
 * <p>Everything here is a pure function of its arguments: the same input gives the same plan on every JVM.
 * <a href="doc-files/optimality.html">Why the plan is the cheapest</a> proves it step by step, class by class.
 */
@NullMarked
package io.purgewise.plan;

import org.jspecify.annotations.NullMarked;
