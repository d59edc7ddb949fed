package io.purgewise.aws;

import io.purgewise.PurgewiseException;

/** Reports that a table is not Purgewise's: its keys are others. Nothing was read or written. */
public final class TableSchemaException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    TableSchemaException(String table, String keys) {
        super("table " + table + " has the keys " + keys + ", but needs pk (string, HASH) and sk (string, RANGE); give"
                + " Purgewise a table of its own, made by PurgewiseTable.create or its CloudFormation");
    }
}
