/** Holds what several packages need and no user names; the module does not export it. */
@NullMarked
package io.purgewise.internal;

import org.jspecify.annotations.NullMarked;
