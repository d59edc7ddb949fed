/** Shows Purgewise at work. */
@NullMarked
package io.purgewise.examples;

import org.jspecify.annotations.NullMarked;
