@NullMarked
package io.purgewise.outbox;

import org.jspecify.annotations.NullMarked;
