@NullMarked
package io.purgewise.aws;

import org.jspecify.annotations.NullMarked;
