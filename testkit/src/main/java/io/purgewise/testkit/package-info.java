/** Offers fakes, a clock, assertions and contracts for testing code that uses Purgewise. */
@NullMarked
package io.purgewise.testkit;

import org.jspecify.annotations.NullMarked;
