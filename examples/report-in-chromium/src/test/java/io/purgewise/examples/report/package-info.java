/** Looks at the report as a reader does. */
@NullMarked
package io.purgewise.examples.report;

import org.jspecify.annotations.NullMarked;
