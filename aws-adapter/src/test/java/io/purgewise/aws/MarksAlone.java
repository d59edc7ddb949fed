package io.purgewise.aws;

import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.Site;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Has a revalidator take its first step alone: it marks, at a date that the test chooses, and clears nothing. */
final class MarksAlone {

    private MarksAlone() {}

    static Revalidator.Builder revalidator(Site site, TagCache table, TagCacheMode mode, Instant dated) {
        // A mark is dated a second later than the clock, for the table's index may lag, and a millisecond more.
        InstantSource clock = InstantSource.fixed(dated.minus(Duration.ofMillis(1001)));
        FakeCloudFront cdn =
                FakeCloudFront.builder(ManualClock.startingAt(dated)).build();
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cdn, new Ambient(clock, duration -> {}, new Random(1)))
                .build();
        return Revalidator.builder(
                        site,
                        Clearing.builder(submitter, DistributionId.of("E2EXAMPLE123"))
                                .build())
                .tagCache(new WithoutTime(table), mode);
    }

    static Receipt.OfChange mark(Revalidator.Builder revalidator, Change change) {
        return revalidator.build().mark(List.of(change)).changes().get(0);
    }

    /** Does not tell the time, so that marks are dated by the clock of the test. */
    private record WithoutTime(TagCache table) implements TagCache {

        @Override
        public List<TagRow> rowsOfTag(String tag) {
            return table.rowsOfTag(tag);
        }

        @Override
        public List<TagRow> rowsOfPath(String path) {
            return table.rowsOfPath(path);
        }

        @Override
        public Map<String, List<TagRow>> rowsOfTags(Collection<String> tags) {
            return table.rowsOfTags(tags);
        }

        @Override
        public Map<String, List<TagRow>> rowsOfPaths(Collection<String> paths) {
            return table.rowsOfPaths(paths);
        }

        @Override
        public WriteReport write(Collection<TagRow> marks) {
            return table.write(marks);
        }
    }
}
