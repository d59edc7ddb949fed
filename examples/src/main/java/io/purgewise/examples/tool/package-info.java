/** Holds the {@code purgewise} command-line tool. */
@NullMarked
package io.purgewise.examples.tool;

import org.jspecify.annotations.NullMarked;
