package io.purgewise.cdn;

import io.purgewise.site.InvalidationItem;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the stories of submissions share: a distribution, and a clock that can be set back. */
abstract class SubmissionWorld {

    static final DistributionId SITE = DistributionId.of("E1SITE");
    static final Instant START = Instant.parse("2026-11-23T10:00:00.400Z");
    static final Duration HOUR = Duration.ofHours(1);

    final SteppingClock clock = new SteppingClock();
    FakeCloudFront cloudFront = account(FakeQuotas.none());

    FakeCloudFront account(FakeQuotas quotas) {
        return FakeCloudFront.builder(clock).quotas(quotas).distribution(SITE).build();
    }

    /** Is a clock that can be set back, as NTP or an operator does. */
    static final class SteppingClock implements InstantSource {

        Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        void advance(Duration duration) {
            now = now.plus(duration);
        }
    }

    /** Stands for a process that is killed. */
    static final class Killed extends Error {

        private static final long serialVersionUID = 1L;
    }

    InvalidationSubmitter.Builder submitter(Cdn cdn) {
        return InvalidationSubmitter.builder(cdn, new Ambient(clock, clock::advance, new Random(1)));
    }

    static Clearing clearing(InvalidationSubmitter submitter) {
        return Clearing.builder(submitter, SITE).build();
    }

    static List<InvalidationBatch> batches(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> batch("plan", "/p" + i, "/p" + i + "?*"))
                .toList();
    }

    static InvalidationBatch batch(String discriminator, String... items) {
        return InvalidationBatch.of(
                SITE, Stream.of(items).map(InvalidationItem::parse).toList(), discriminator);
    }

    Set<String> cleared() {
        return cloudFront.accepted(SITE).stream()
                .flatMap(each -> each.paths().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
