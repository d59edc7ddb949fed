/** Uses all three libraries on the module path. */
@NullMarked
package io.purgewise.examples.modulepath;

import org.jspecify.annotations.NullMarked;
