/**
 * Takes changes of content to everything that holds the old: the one door that most users need.
 *
 * <p>{@link io.purgewise.revalidate.Revalidator} is built once; each call takes {@link io.purgewise.revalidate.Change}s and
 * gives a {@link io.purgewise.revalidate.Receipt}.
 */
@NullMarked
package io.purgewise.revalidate;

import org.jspecify.annotations.NullMarked;
