package io.purgewise.cdn;

import io.purgewise.site.CdnTag;
import io.purgewise.site.UrlPattern;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the tests of a clearing share: an account with two distributions, of which one reads cache tags, and a ledger. */
abstract class ClearingWorld {

    static final DistributionId SITE = DistributionId.of("E1SITE");
    static final DistributionId TAGGED = DistributionId.of("E2TAGGED");
    static final YearMonth NOVEMBER = YearMonth.of(2026, 11);
    static final Duration MINUTE = Duration.ofMinutes(1);

    final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T10:00:00Z"));
    final FakeCloudFront cloudFront = FakeCloudFront.builder(clock)
            .quotas(FakeQuotas.none())
            .distribution(SITE)
            .distribution(TAGGED, "x-tags")
            .build();
    final UsageLedger ledger = UsageLedger.inMemory();

    InvalidationSubmitter submitter(Cdn cdn) {
        return InvalidationSubmitter.builder(cdn, new Ambient(clock, clock::advance, new Random(1)))
                .quotas(CdnQuotas.inProgressTable())
                .build();
    }

    Clearing.Builder clearing(DistributionId distribution) {
        return Clearing.builder(submitter(cloudFront), distribution);
    }

    static Wanted wanted(String... spellings) {
        return new Wanted(
                Stream.of(spellings)
                        .filter(each -> each.startsWith("/"))
                        .map(UrlPattern::parse)
                        .collect(Collectors.toSet()),
                Stream.of(spellings)
                        .filter(each -> each.startsWith("#"))
                        .map(each -> new CdnTag(each.substring(1)))
                        .collect(Collectors.toSet()));
    }

    static List<Wanted> pages(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> wanted(prefix + i)).toList();
    }

    static Set<String> items(Planned planned) {
        return planned.batches().stream()
                .flatMap(batch -> batch.spellings().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    Set<String> cleared(DistributionId distribution) {
        return cloudFront.accepted(distribution).stream()
                .flatMap(each -> each.paths().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    Invalidation invalidation(int quantity) {
        return new Invalidation(
                "I" + quantity,
                Invalidation.Status.COMPLETED,
                clock.instant(),
                new CallerReference("r" + quantity),
                quantity,
                Set.of("/x"));
    }
}
