/** Implements the ports of Purgewise on CloudFront, DynamoDB and S3, with clients that the caller built and keeps. */
@NullMarked
package io.purgewise.aws;

import org.jspecify.annotations.NullMarked;
