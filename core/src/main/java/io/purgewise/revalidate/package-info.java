/**
 * Takes changes of content to every cache that holds the old pages.
 *
 * <p>{@link io.purgewise.revalidate.Revalidator} is built once; each call takes {@link io.purgewise.revalidate.Change}s
 * and gives a {@link io.purgewise.revalidate.Receipt}. Its steps can also be walked one by one, as an outbox does: mark,
 * wait, render, plan and clear.
 */
@NullMarked
package io.purgewise.revalidate;

import org.jspecify.annotations.NullMarked;
