/** Shows Purgewise in a Spring Boot service that a CMS calls. */
@NullMarked
package io.purgewise.examples.spring;

import org.jspecify.annotations.NullMarked;
