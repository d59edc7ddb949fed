/** Holds what all packages share: the root of the exceptions. */
@NullMarked
package io.purgewise;

import org.jspecify.annotations.NullMarked;
