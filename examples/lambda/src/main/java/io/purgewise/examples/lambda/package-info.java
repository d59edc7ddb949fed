/** Shows Purgewise in an AWS Lambda function. */
@NullMarked
package io.purgewise.examples.lambda;

import org.jspecify.annotations.NullMarked;
