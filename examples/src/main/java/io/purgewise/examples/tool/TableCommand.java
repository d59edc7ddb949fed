package io.purgewise.examples.tool;

import io.purgewise.PurgewiseException;
import io.purgewise.aws.PurgewiseTable;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows or makes the table of outboxes and ledgers. */
@Command(
        name = "table",
        mixinStandardHelpOptions = true,
        description = {
            "Shows how Purgewise's own DynamoDB table, which holds outboxes and the ledger, is made by the AWS CLI, "
                    + "CloudFormation or Terraform; or makes it.",
        },
        exitCodeListHeading = Purgewise.EXIT_CODES,
        exitCodeList = {Purgewise.DONE, "1:the table could not be made, or is another one", Purgewise.BAD_USAGE},
        footerHeading = "%n",
        footer = {"Example: purgewise table purgewise --as terraform", "Example: purgewise table purgewise --create"})
final class TableCommand implements Callable<Integer> {

    /** Names the ways to make a table. */
    enum Form {
        cli,
        cloudformation,
        terraform
    }

    @Parameters(paramLabel = "NAME", description = "The table's name.")
    private String name = "";

    @Option(names = "--as", description = "How to show it: ${COMPLETION-CANDIDATES}; default: cli.")
    private @Nullable Form form;

    @Option(names = "--create", description = "Make the table unless it is there, and wait until it can be used.")
    private boolean create;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        PurgewiseTable table = new PurgewiseTable(name);
        if (create && form != null) {
            throw new IllegalArgumentException("give --as or --create, not both");
        }
        if (!create) {
            text(table, form == null ? Form.cli : form)
                    .lines()
                    .forEach(line -> output.out().line("%s", line));
            return 0;
        }
        try (AwsClients aws = AwsClients.connect()) {
            table.create(aws.dynamo());
            if (output.human()) {
                output.out().line("Table %s can be used.", name);
            } else {
                output.out()
                        .json(JsonLines.JSON
                                .createObjectNode()
                                .put("table", name)
                                .put("done", true));
            }
            return 0;
        } catch (PurgewiseException failure) {
            return output.failed(failure);
        }
    }

    static String text(PurgewiseTable table, Form form) {
        return switch (form) {
            case cli ->
                """
                    aws dynamodb create-table --table-name %1$s --billing-mode PAY_PER_REQUEST \\
                      --attribute-definitions AttributeName=%2$s,AttributeType=S AttributeName=%3$s,AttributeType=S \\
                      --key-schema AttributeName=%2$s,KeyType=HASH AttributeName=%3$s,KeyType=RANGE
                    aws dynamodb wait table-exists --table-name %1$s
                    aws dynamodb update-time-to-live --table-name %1$s \\
                      --time-to-live-specification Enabled=true,AttributeName=%4$s
                    """.formatted(
                        table.name(), PurgewiseTable.PARTITION_KEY, PurgewiseTable.SORT_KEY, PurgewiseTable.EXPIRES_AT);
            case cloudformation ->
                PurgewiseTable.CLOUD_FORMATION.replace(
                        "  Properties:\n", "  Properties:\n    TableName: " + table.name() + "\n");
            case terraform ->
                """
                    resource "aws_dynamodb_table" "purgewise" {
                      name         = "%1$s"
                      billing_mode = "PAY_PER_REQUEST"
                      hash_key     = "%2$s"
                      range_key    = "%3$s"

                      attribute {
                        name = "%2$s"
                        type = "S"
                      }
                      attribute {
                        name = "%3$s"
                        type = "S"
                      }
                      ttl {
                        attribute_name = "%4$s"
                        enabled        = true
                      }
                    }
                    """.formatted(
                        table.name(), PurgewiseTable.PARTITION_KEY, PurgewiseTable.SORT_KEY, PurgewiseTable.EXPIRES_AT);
        };
    }
}
