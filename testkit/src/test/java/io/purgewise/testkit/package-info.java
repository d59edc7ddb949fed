@NullMarked
package io.purgewise.testkit;

import org.jspecify.annotations.NullMarked;
