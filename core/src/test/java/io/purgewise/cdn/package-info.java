@NullMarked
package io.purgewise.cdn;

import org.jspecify.annotations.NullMarked;
