/**
 * Reads and writes the formats of OpenNext's caches: the names of pages, tags and rows, and the ports to the caches.
 *
 * <p>Most users need {@link io.purgewise.cache.CacheTag} and the ports {@link io.purgewise.cache.TagCache}, {@link
 * io.purgewise.cache.IncrementalCache}, {@link io.purgewise.cache.PageRenderer} and {@link io.purgewise.cache.BuildIds}.
 * Names are pure values; only the ports reach outside.
 */
@NullMarked
package io.purgewise.cache;

import org.jspecify.annotations.NullMarked;
