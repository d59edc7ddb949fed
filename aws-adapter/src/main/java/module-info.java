/** Connects Purgewise to CloudFront, DynamoDB and S3. */
module io.purgewise.aws {
    requires transitive io.purgewise.core;
    requires static transitive org.jspecify;
    requires transitive software.amazon.awssdk.services.cloudfront;
    requires transitive software.amazon.awssdk.services.dynamodb;
    requires transitive software.amazon.awssdk.services.s3;
    requires software.amazon.awssdk.awscore;
    requires software.amazon.awssdk.core;
    requires software.amazon.awssdk.http;
    requires software.amazon.awssdk.regions;
    requires software.amazon.awssdk.retries.api;
    requires com.fasterxml.jackson.core;
    requires java.xml;
    requires static micrometer.core;
    requires transitive java.net.http;

    exports io.purgewise.aws;
}
