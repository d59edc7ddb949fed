package io.purgewise.aws;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;

/**
 * Writes down what a policy must allow for the calls that pass: the action and the resource, by AWS's service authorization
 * reference.
 */
final class IamCalls implements ExecutionInterceptor {

    private static final String TABLE = "arn:aws:dynamodb:REGION:ACCOUNT:table/";

    /** Is an action on a resource. */
    record Need(String action, String resource) {}

    private final Set<Need> needs = new LinkedHashSet<>();

    synchronized Set<Need> needs() {
        return new LinkedHashSet<>(needs);
    }

    @Override
    public synchronized void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        needs.addAll(needs(context.request()));
    }

    private static List<Need> needs(SdkRequest request) {
        String operation = request.getClass().getSimpleName().replaceFirst("Request$", "");
        String service = request.getClass().getPackageName();
        if (service.contains(".cloudfront.")) {
            String distribution =
                    field(request, "DistributionId") + field(request, "Id").replaceFirst("^I.*", "");
            return List.of(
                    new Need("cloudfront:" + operation, "arn:aws:cloudfront::ACCOUNT:distribution/" + distribution));
        }
        if (service.contains(".s3.")) {
            return s3(operation, request);
        }
        List<Need> needs = new ArrayList<>();
        if (request instanceof BatchExecuteStatementRequest batch) {
            batch.statements().forEach(statement -> {
                String[] words = statement.statement().trim().split("\\s+", -1);
                String verb = words[0].substring(0, 1) + words[0].substring(1).toLowerCase(Locale.ROOT);
                String table = words[verb.equals("Insert") ? 2 : 1].replace("\"", "");
                needs.add(new Need("dynamodb:PartiQL" + verb, TABLE + table));
            });
        } else if (request instanceof BatchWriteItemRequest batch) {
            batch.requestItems()
                    .keySet()
                    .forEach(table -> needs.add(new Need("dynamodb:BatchWriteItem", TABLE + table)));
        } else if (request instanceof TransactWriteItemsRequest transaction) {
            transaction.transactItems().forEach(item -> needs.add(transacted(item)));
        } else {
            String index = request instanceof QueryRequest query && query.indexName() != null
                    ? "/index/" + query.indexName()
                    : "";
            needs.add(new Need("dynamodb:" + operation, TABLE + field(request, "TableName") + index));
        }
        return needs;
    }

    private static Need transacted(TransactWriteItem item) {
        if (item.put() != null) {
            return new Need("dynamodb:PutItem", TABLE + item.put().tableName());
        }
        if (item.update() != null) {
            return new Need("dynamodb:UpdateItem", TABLE + item.update().tableName());
        }
        return item.delete() != null
                ? new Need("dynamodb:DeleteItem", TABLE + item.delete().tableName())
                : new Need(
                        "dynamodb:ConditionCheckItem",
                        TABLE + item.conditionCheck().tableName());
    }

    private static List<Need> s3(String operation, SdkRequest request) {
        String bucket = "arn:aws:s3:::" + field(request, "Bucket");
        if (request instanceof DeleteObjectsRequest delete) {
            return delete.delete().objects().stream()
                    .map(object -> new Need("s3:DeleteObject", bucket + "/" + object.key()))
                    .toList();
        }
        return List.of(
                switch (operation) {
                    case "ListObjectsV2", "HeadBucket" -> new Need("s3:ListBucket", bucket);
                    case "HeadObject" -> new Need("s3:GetObject", bucket + "/" + field(request, "Key"));
                    default -> new Need("s3:" + operation, bucket + "/" + field(request, "Key"));
                });
    }

    private static String field(SdkRequest request, String name) {
        return request.getValueForField(name, String.class).orElse("");
    }
}
