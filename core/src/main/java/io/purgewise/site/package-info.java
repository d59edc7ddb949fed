/**
 * Says what a page of a Next.js site is at the CDN: under which URLs it is held, and how CloudFront spells them.
 *
 * <p>Most users need {@link Site} and {@link Page}. Everything here is a pure value.
 */
@NullMarked
package io.purgewise.site;

import org.jspecify.annotations.NullMarked;
