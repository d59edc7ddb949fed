package io.purgewise.cdn;

import io.purgewise.CdnWrapper;
import io.purgewise.site.InvalidationItem;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the tests of the submitter share: an account with two distributions, in virtual time. */
abstract class SubmitterWorld {

    static final DistributionId SITE = DistributionId.of("E1SITE");
    static final DistributionId OTHER = DistributionId.of("E2OTHER");
    static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    final ManualClock clock = ManualClock.startingAt(START);
    final List<Duration> delays = new ArrayList<>();
    FakeCloudFront cloudFront = account().build();

    FakeCloudFront.Builder account() {
        return FakeCloudFront.builder(clock).distribution(SITE).distribution(OTHER);
    }

    InvalidationSubmitter.Builder submitter() {
        return InvalidationSubmitter.builder(cloudFront, new Ambient(clock, clock::advance, new Random(1)))
                .listener(new CdnListener() {
                    @Override
                    public void retrying(DistributionId distribution, CdnException failure, Duration delay) {
                        delays.add(delay);
                    }
                });
    }

    static Cleared send(
            InvalidationSubmitter submitter, DistributionId distribution, List<InvalidationItem> items, String id) {
        return clear(submitter, submitter.batches(distribution, items, id), null, Duration.ofHours(5));
    }

    static Cleared clear(
            InvalidationSubmitter submitter,
            List<InvalidationBatch> batches,
            @Nullable Instant writtenAt,
            Duration deadline) {
        return Clearing.builder(submitter, batches.get(0).distribution())
                .build()
                .submit(batches, writtenAt, deadline, InvalidationSubmitter.Progress.NONE);
    }

    static List<InvalidationItem> items(String... spellings) {
        return Stream.of(spellings).map(InvalidationItem::parse).toList();
    }

    static List<InvalidationItem> exact(int count) {
        return IntStream.range(0, count)
                .<InvalidationItem>mapToObj(i -> InvalidationItem.parse("/p/" + i))
                .toList();
    }

    static List<InvalidationItem> wildcards(int count) {
        return IntStream.range(0, count)
                .<InvalidationItem>mapToObj(i -> InvalidationItem.parse("/w/" + i + "/*"))
                .toList();
    }

    Set<String> cleared(DistributionId distribution) {
        return cloudFront.accepted(distribution).stream()
                .flatMap(each -> each.paths().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Stands for a caller with the right to submit and no right to look. */
    Cdn withoutHistory() {
        return new CdnWrapper(cloudFront) {
            @Override
            public Iterable<Invalidation.Summary> list(DistributionId distribution) {
                throw CdnException.of(
                        CdnException.Reason.DENIED, CdnException.Answer.of("AccessDenied", "no right to list", "R1"));
            }
        };
    }
}
