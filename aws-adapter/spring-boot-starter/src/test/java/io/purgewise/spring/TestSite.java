package io.purgewise.spring;

import io.purgewise.cache.TagCacheMode;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.FreshnessProbe;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.Site;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.InMemoryTagCache;
import java.time.InstantSource;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Is a revalidator that needs no AWS, on the system's clock, as a service runs on. */
public final class TestSite {

    private static final DistributionId DISTRIBUTION = DistributionId.of("E1EXAMPLE");

    private TestSite() {}

    /** Makes a CloudFront with the site's distribution. */
    public static FakeCloudFront cloudFront() {
        return FakeCloudFront.builder(InstantSource.system())
                .distribution(DISTRIBUTION)
                .build();
    }

    /** Makes the revalidator of a site that stores nothing. */
    public static Revalidator revalidator() {
        return revalidator(cloudFront());
    }

    /** Makes the revalidator of a site that stores nothing, behind a given CloudFront. */
    public static Revalidator revalidator(FakeCloudFront cloudFront) {
        return revalidator(cloudFront, null);
    }

    /** Makes the revalidator of a site that stores nothing, whose readers' copies a probe can look at. */
    public static Revalidator revalidator(FakeCloudFront cloudFront, @Nullable FreshnessProbe probe) {
        Ambient ambient =
                new Ambient(InstantSource.system(), duration -> Thread.sleep(duration.toMillis()), new Random(7));
        InvalidationSubmitter submitter =
                InvalidationSubmitter.builder(cloudFront, ambient).build();
        Clearing.Builder clearing = Clearing.builder(submitter, DISTRIBUTION);
        if (probe != null) {
            clearing.probe(probe);
        }
        return Revalidator.builder(Site.builder(BuildId.of("b1")).build(), clearing.build())
                .tagCache(InMemoryTagCache.create(), TagCacheMode.ORIGINAL)
                .build();
    }
}
