package io.purgewise.examples.lambda;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Plays one invocation: a deadline on a clock, and a log. */
final class Invocation implements Context {

    private final InstantSource clock;
    private final Instant deadline;
    private final StringBuilder log = new StringBuilder();

    Invocation(InstantSource clock, Duration timeout) {
        this.clock = clock;
        this.deadline = clock.instant().plus(timeout);
    }

    String log() {
        return log.toString();
    }

    @Override
    public int getRemainingTimeInMillis() {
        return (int) Duration.between(clock.instant(), deadline).toMillis();
    }

    @Override
    public LambdaLogger getLogger() {
        return new LambdaLogger() {
            @Override
            public void log(String message) {
                log.append(message);
            }

            @Override
            public void log(byte[] message) {
                log.append(new String(message, StandardCharsets.UTF_8));
            }
        };
    }

    @Override
    public String getAwsRequestId() {
        return "request-1";
    }

    @Override
    public String getLogGroupName() {
        return "/aws/lambda/revalidation";
    }

    @Override
    public String getLogStreamName() {
        return "stream";
    }

    @Override
    public String getFunctionName() {
        return "revalidation";
    }

    @Override
    public String getFunctionVersion() {
        return "1";
    }

    @Override
    public String getInvokedFunctionArn() {
        return "arn:aws:lambda:eu-west-1:111122223333:function:revalidation";
    }

    @Override
    public int getMemoryLimitInMB() {
        return 512;
    }

    @Override
    public CognitoIdentity getIdentity() {
        throw new UnsupportedOperationException("a queue has no identity");
    }

    @Override
    public ClientContext getClientContext() {
        throw new UnsupportedOperationException("a queue has no client");
    }
}
