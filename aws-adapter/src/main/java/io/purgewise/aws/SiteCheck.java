package io.purgewise.aws;

import io.purgewise.PurgewiseException;
import io.purgewise.aws.Diagnosis.Finding;
import io.purgewise.aws.Diagnosis.Verdict;
import io.purgewise.cache.BuildIds;
import io.purgewise.cache.CorruptEntryException;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cdn.DistributionId;
import io.purgewise.site.BuildId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** Looks at a site's table, bucket, build and distributions one after the other, and writes nothing. */
record SiteCheck(
        SiteClients clients,
        @Nullable String table,
        String bucket,
        TagCacheMode mode,
        IncrementalCache pages,
        BuildIds buildIds,
        InstantSource clock,
        List<DistributionId> distributions) {

    /** A key that OpenNext never writes: its tags start with a build ID and a slash. */
    private static final String NOBODY = "purgewise-doctor";

    /** AWS names the action that is missing: "... is not authorized to perform: dynamodb:Query on resource: ...". */
    private static final Pattern NAMED_ACTION = Pattern.compile("perform: ([a-z0-9-]+:\\w+)");

    Diagnosis diagnosis() {
        List<Finding> findings = new ArrayList<>();
        if (table != null) {
            findings.addAll(marks(table));
        }
        BuildId[] build = new BuildId[1];
        findings.add(look("build ID", "s3:GetObject", () -> {
            build[0] = buildIds.at(clock.instant()).current();
            return build[0] + " is live";
        }));
        if (build[0] != null) {
            findings.addAll(stored(build[0]));
        }
        for (DistributionId distribution : distributions) {
            findings.addAll(distribution(distribution));
        }
        return new Diagnosis(findings);
    }

    private List<Finding> marks(String table) {
        List<Finding> findings = new ArrayList<>();
        DynamoTagCache rows = DynamoTagCache.builder(clients.dynamo(), table).build();
        findings.add(look("table " + table, "dynamodb:Query", () -> {
            rows.rowsOfTag(NOBODY);
            return "can be read";
        }));
        if (mode.listsEntries()) {
            findings.add(look("index revalidate of table " + table, "dynamodb:Query", () -> {
                rows.rowsOfPath(NOBODY);
                return "can be read";
            }));
        }
        findings.add(look("marks in table " + table, "dynamodb:PartiQLUpdate", () -> tryToMark(table)));
        return findings;
    }

    /** Updates a row that is not there, on the condition that it is: refused, after the permission was looked at. */
    private String tryToMark(String table) {
        try {
            clients.dynamo()
                    .executeStatement(
                            statement -> statement.statement("UPDATE \"" + table + "\" SET \"revalidatedAt\" = 1"
                                    + " WHERE \"tag\" = '" + NOBODY + "' AND \"path\" = '" + NOBODY + "'"));
            throw new IllegalStateException("a row was updated that is not there");
        } catch (ConditionalCheckFailedException nothingWritten) {
            return "may be written";
        }
    }

    private List<Finding> stored(BuildId build) {
        List<Finding> findings = new ArrayList<>();
        List<ListedEntry> listed = new ArrayList<>();
        findings.add(look("pages in bucket " + bucket, "s3:ListBucket", () -> {
            listed.addAll(pages.list(build, null).entries());
            if (listed.isEmpty()) {
                throw new IllegalStateException("nothing is stored of build " + build
                        + "; check the key prefix, and the cache build ID if the app has a deploymentId");
            }
            return "build " + build + " is stored there";
        }));
        listed.stream()
                .filter(entry -> entry.entry() instanceof PageEntry)
                .findFirst()
                .ifPresent(first -> findings.add(look("page " + first.name(), "s3:GetObject", () -> {
                    try {
                        pages.read(build, ((PageEntry) first.entry()).key());
                        return "can be read";
                    } catch (CorruptEntryException readable) {
                        return "can be read, but is corrupt: " + readable.getMessage();
                    }
                })));
        return findings;
    }

    private List<Finding> distribution(DistributionId distribution) {
        CloudFrontCdn cdn = new CloudFrontCdn(clients.cloudFront());
        return List.of(
                look("invalidations of distribution " + distribution, "cloudfront:ListInvalidations", () -> {
                    boolean any = cdn.list(distribution).iterator().hasNext();
                    return any ? "can be read" : "can be read; there was none yet";
                }),
                look("settings of distribution " + distribution, "cloudfront:GetDistributionConfig", () -> {
                    Optional<String> header = cdn.cacheTagHeader(distribution);
                    return header.map(name -> "cache tags are read from the header " + name)
                            .orElse("no cache tags are read: each page is cleared by its URLs");
                }),
                new Finding(
                        "clearing of distribution " + distribution,
                        Verdict.NOT_TRIED,
                        "to try cloudfront:CreateInvalidation would clear something; allow it, and "
                                + "cloudfront:GetInvalidation to wait for the end",
                        List.of()));
    }

    private static Finding look(String subject, String action, Supplier<String> looking) {
        try {
            return new Finding(subject, Verdict.WELL, looking.get(), List.of());
        } catch (PurgewiseException | IllegalStateException | SdkException e) {
            AwsServiceException denied = denial(e);
            return denied == null
                    ? new Finding(subject, Verdict.WRONG, Excerpt.ofMessage(e, "it cannot be used"), List.of())
                    : denied(subject, action, denied);
        }
    }

    private static Finding denied(String subject, String action, AwsServiceException denied) {
        Matcher named = NAMED_ACTION.matcher(String.valueOf(denied.getMessage()));
        String missing = named.find() ? named.group(1) : action;
        return new Finding(
                subject,
                Verdict.WRONG,
                "may not be used; allow " + missing + " in the caller's IAM policy (request ID " + denied.requestId()
                        + ")",
                List.of(missing));
    }

    /** Finds AWS's refusal for want of permission among the causes of a failure. */
    private static @Nullable AwsServiceException denial(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AwsServiceException service
                    && CacheErrors.code(service).matches(".*(AccessDenied|Forbidden|403).*")) {
                return service;
            }
        }
        return null;
    }
}
