package io.purgewise.aws;

import io.purgewise.StoreAccessException;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns what the SDK throws about Purgewise's table into what the ports promise, and says what to do about it. */
final class TableErrors {

    private TableErrors() {}

    /** Makes a call to DynamoDB. */
    static <T> T calling(String what, String table, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw failure(what, table, e);
        }
    }

    static StoreAccessException failure(String what, String table, SdkException e) {
        return new StoreAccessException(what + " " + table + " failed: " + CacheErrors.text(e) + "; " + advice(e), e);
    }

    private static String advice(SdkException e) {
        String code = CacheErrors.code(e);
        if (String.valueOf(e.getMessage()).contains("Unable to load credentials")) {
            return "give the client credentials, by the environment or a credentials provider; nothing was sent";
        }
        if (code.contains("ResourceNotFound")) {
            return "check the table's name, region and account, or make it with PurgewiseTable.create";
        }
        if (code.contains("AccessDenied") || code.contains("UnrecognizedClient")) {
            return "allow the actions that PurgewiseTable lists in the caller's IAM policy";
        }
        if (code.contains("Validation")) {
            return "check with PurgewiseTable.check that the table has the keys pk and sk";
        }
        return "nothing that was accepted is lost; try again";
    }
}
