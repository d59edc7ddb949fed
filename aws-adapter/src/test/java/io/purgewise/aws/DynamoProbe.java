package io.purgewise.aws;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.paginators.QueryIterable;

/** Lets a test act around each call to DynamoDB Local: count it, change it, spoil it, or let time pass. */
interface DynamoProbe {

    /** What a call does. */
    interface Body {
        @Nullable
        Object run() throws Throwable;
    }

    /**
     * Makes a call.
     *
     * @param method the client's method, such as {@code putItem}
     * @param body the call itself
     * @return the answer
     */
    @Nullable
    Object call(String method, DynamoDbRequest request, Body body) throws Throwable;

    /** Wraps a client. */
    static DynamoDbClient around(DynamoDbClient client, DynamoProbe probe) {
        DynamoDbClient[] self = new DynamoDbClient[1];
        InvocationHandler handler = (proxy, method, args) -> {
            if (method.getName().equals("queryPaginator") && args[0] instanceof QueryRequest query) {
                return new QueryIterable(self[0], query);
            }
            if (args != null && args.length == 1 && args[0] instanceof Consumer<?>) {
                // The interface's own method builds the request and comes back with it.
                return InvocationHandler.invokeDefault(proxy, method, args);
            }
            Body body = () -> {
                try {
                    return method.invoke(client, args);
                } catch (InvocationTargetException e) {
                    throw e.getTargetException();
                }
            };
            return args != null && args.length == 1 && args[0] instanceof DynamoDbRequest request
                    ? probe.call(method.getName(), request, body)
                    : body.run();
        };
        self[0] = (DynamoDbClient) Proxy.newProxyInstance(
                DynamoDbClient.class.getClassLoader(), new Class<?>[] {DynamoDbClient.class}, handler);
        return self[0];
    }
}
