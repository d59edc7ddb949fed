/** Configures Purgewise in a Spring Boot service, by the properties {@code purgewise.*}. */
@NullMarked
package io.purgewise.spring;

import org.jspecify.annotations.NullMarked;
