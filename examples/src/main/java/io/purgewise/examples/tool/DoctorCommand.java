package io.purgewise.examples.tool;

import io.purgewise.aws.Diagnosis;
import io.purgewise.aws.PurgewiseAws;
import io.purgewise.cdn.DistributionId;
import io.purgewise.site.BuildId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Looks whether a site can be revalidated. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at table, index, bucket, build ID, distribution and permissions, and says in plain words what is wrong and "
                    + "which IAM action is missing. Nothing is written.",
            "",
            "Table, bucket, prefix and distribution are taken from OpenNext's own variables if they are not given: "
                    + "CACHE_DYNAMO_TABLE, CACHE_BUCKET_NAME, CACHE_BUCKET_KEY_PREFIX and CLOUDFRONT_DISTRIBUTION_ID."
        },
        exitCodeListHeading = Purgewise.EXIT_CODES,
        exitCodeList = {"0:everything is in place", "1:something is wrong; the output says what", Purgewise.BAD_USAGE},
        footerHeading = "%n",
        footer = "Example: purgewise doctor --table next-tags --bucket site --distribution E2EX --human")
final class DoctorCommand implements Callable<Integer> {

    @Mixin
    private SiteOptions site = new SiteOptions();

    @Mixin
    private LivePages live = new LivePages();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        try (Progress progress = output.progress();
                AwsClients aws = AwsClients.connect()) {
            PurgewiseAws.Builder builder = PurgewiseAws.builder()
                    .table(site.table)
                    .bucket(site.bucket)
                    .keyPrefix(site.prefix)
                    .basePath(site.basePath)
                    .mode(site.tagCacheMode())
                    .clients(aws.dynamo(), aws.s3(), aws.cloudFront());
            site.distributions.forEach(id -> builder.distribution(DistributionId.parse(id)));
            String cacheBuildId = site.cacheBuildId == null ? site.buildId : site.cacheBuildId;
            if (!cacheBuildId.equals(StoredSiteOptions.AUTO)) {
                builder.buildId(BuildId.of(cacheBuildId));
            }
            progress.now("looking at table, bucket and distribution");
            Diagnosis diagnosis = builder.verify();
            progress.wipe();
            diagnosis.findings().forEach(finding -> LivePages.print(finding, output));
            boolean well = diagnosis.isWell() && live.check(site.site(aws.s3()), site.cache(aws.s3()), output);
            if (output.human()) {
                output.out().line(well ? "All is well." : "Something is wrong.");
            } else {
                output.out().json(JsonLines.JSON.createObjectNode().put("done", well));
            }
            return well ? 0 : 1;
        }
    }
}
