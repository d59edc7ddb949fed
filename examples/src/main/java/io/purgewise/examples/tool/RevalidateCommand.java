package io.purgewise.examples.tool;

import io.purgewise.revalidate.Change;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes changes visible on a real site. */
@Command(
        name = "revalidate",
        mixinStandardHelpOptions = true,
        description = {
            "Marks what changed in OpenNext's caches, clears it at CloudFront, and prints the receipt.",
            "",
            "tag:NAME is everything with a cache tag; path:/P a page of either router, under the path that visitors ask for; "
                    + "new-path:/P a page that no cache may know yet; route:/blog/[slug] all pages of a route and layout:/blog "
                    + "all below a layout, both as the app's folders spell them; everything the whole site.",
            "",
            "AWS is found as usual: AWS_REGION, credentials, and AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_S3 and "
                    + "AWS_ENDPOINT_URL_CLOUDFRONT for emulators. Table, bucket, prefix and distribution are taken from "
                    + "OpenNext's own variables if they are not given: CACHE_DYNAMO_TABLE, CACHE_BUCKET_NAME, "
                    + "CACHE_BUCKET_KEY_PREFIX and CLOUDFRONT_DISTRIBUTION_ID."
        },
        exitCodeListHeading = Purgewise.EXIT_CODES,
        exitCodeList = {Purgewise.DONE, Purgewise.NOT_ALL_DONE, Purgewise.BAD_USAGE},
        footerHeading = "%n",
        footer = {"Example: purgewise revalidate --table next-tags --bucket site --distribution E2EX tag:products"})
final class RevalidateCommand extends ClearingCommand implements Callable<Integer> {

    @Parameters(
            arity = "1..*",
            paramLabel = "CHANGE",
            description = "tag:NAME, path:/P, new-path:/P, route:/R, layout:/R or everything")
    private List<String> changes = List.of();

    @Override
    public Integer call() throws InterruptedException {
        return clear(changes.stream().map(Change::parse).toList());
    }
}
