package io.purgewise.testkit;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.CdnQuotas;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Freshness;
import io.purgewise.cdn.Freshness.Verdict;
import io.purgewise.cdn.FreshnessProbe;
import io.purgewise.cdn.FreshnessRule;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes one change of one page through a CDN of many tiers, from one seed, in one thread, on a clock that jumps from event to event.
 * Readers ask while the revalidator waits.
 */
final class FreshnessWorld {

    private static final DistributionId CDN = DistributionId.of("E1SITE");
    private static final Instant CHANGED = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant START = CHANGED.minus(Duration.ofHours(1));
    private static final String PAGE = "/p";
    private static final Site SITE =
            Site.builder(BuildId.of("B")).queryStringsInCacheKey(false).build();
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /**
     * Says what to play.
     *
     * @param edges how many edges there are, behind 13 regional caches
     * @param shield whether there is an Origin Shield
     * @param window within how long an invalidation reaches every cache
     * @param leastReads the fewest reads a second at one edge, of {@code mostReads}; a page is anywhere between
     * @param mostReads the most
     * @param slowest how long a rendering may take
     * @param reckoned how long the revalidator was told that it may take
     * @param revalidate after how long the site renders a page anew by itself, or null for a static one
     * @param saysAsOf whether the app says as of when its content is
     * @param points how many points of presence are asked; zero to clear once and prove nothing
     */
    record Setting(
            int edges,
            boolean shield,
            Duration window,
            double leastReads,
            double mostReads,
            Duration slowest,
            Duration reckoned,
            @Nullable Duration revalidate,
            boolean saysAsOf,
            int points) {}

    /**
     * Says what came of it.
     *
     * @param staleEdges edges that still give the old page when everything on its way has arrived
     * @param staleSeen those among them that were asked
     * @param siteIsOld whether the site itself keeps the old page
     * @param found what was found; null if nothing was proven
     * @param paths what was paid
     * @param detectedAfter how long after the CDN's completion something was proven stale; null if nothing was
     * @param falseAlarms answers that were called stale and were new
     * @param falseComfort answers that were called fresh and were old
     */
    record Outcome(
            int staleEdges,
            int staleSeen,
            boolean siteIsOld,
            @Nullable Freshness found,
            long paths,
            @Nullable Duration detectedAfter,
            int falseAlarms,
            int falseComfort) {}

    /** A reader's question. */
    private record Read(Instant at, int edge) {}

    private final Setting setting;
    private final Random random;
    private final ManualClock clock = ManualClock.startingAt(START);
    private final SlowOpenNext site;
    private final TieredEdge edge;
    private final FakeCloudFront cloudFront;
    private final double readsASecond;
    private final PriorityQueue<Read> reads = new PriorityQueue<>(Comparator.comparing(Read::at));
    private final List<Integer> asleep = new ArrayList<>();
    private Instant awakeUntil = START;
    private int falseAlarms;
    private int falseComfort;
    private Instant changedAt = CHANGED;
    private Instant markedAt = CHANGED;

    FreshnessWorld(Setting setting, long seed) {
        this.setting = setting;
        this.random = new Random(seed);
        site = new SlowOpenNext(clock, random, setting.slowest(), setting.revalidate(), setting.saysAsOf());
        TieredEdge.Builder tiers = TieredEdge.builder(site, clock, random)
                .caches(setting.edges(), 13)
                .queryStringsInKey(false);
        edge = (setting.shield() ? tiers.shield() : tiers).build();
        cloudFront = FakeCloudFront.builder(clock)
                .distribution(CDN)
                .delays(setting.window(), Duration.ofSeconds(20))
                .build();
        cloudFront.attach(CDN, edge);
        double spread = setting.mostReads() / setting.leastReads();
        readsASecond = setting.leastReads() * Math.pow(spread, random.nextDouble());
        readers();
    }

    /** Draws who holds a copy already, of whatever age, and when the others' readers ask. */
    private void readers() {
        double share = 1 - Math.exp(-3500 * readsASecond);
        long[] first = new long[setting.edges()];
        int count = 0;
        for (int i = 0; i < setting.edges(); i++) {
            if (random.nextDouble() < share) {
                first[count++] = (long) (random.nextDouble() * 3500e6) << 10 | i;
            } else {
                reads.add(new Read(START.plusSeconds(3560).plus(gap()), i));
            }
        }
        Arrays.sort(first, 0, count);
        for (int i = 0; i < count; i++) {
            reads.add(new Read(START.plusNanos((first[i] >> 10) * 1000), (int) (first[i] & 1023)));
        }
    }

    private Duration gap() {
        return Duration.ofNanos((long) (-Math.log(1 - random.nextDouble()) / readsASecond * 1e9));
    }

    /** Lets readers ask until some time has passed. */
    private void advance(Duration step) {
        Instant until = clock.instant().plus(step);
        while (!reads.isEmpty() && !reads.peek().at().isAfter(until)) {
            Read read = reads.remove();
            if (read.at().isAfter(clock.instant())) {
                clock.advance(Duration.between(clock.instant(), read.at()));
            }
            boolean held = edge.get(read.edge(), PAGE).source() == EdgeAnswer.Source.HIT;
            // A copy that is held for a year is given until it is cleared, so nothing happens until then.
            if (held && setting.revalidate() == null && read.at().isAfter(awakeUntil)) {
                asleep.add(read.edge());
            } else {
                reads.add(new Read(read.at().plus(gap()), read.edge()));
            }
        }
        clock.advance(Duration.between(clock.instant(), until));
    }

    private void wake() {
        awakeUntil = clock.instant().plus(setting.window());
        asleep.forEach(each -> reads.add(new Read(clock.instant().plus(gap()), each)));
        asleep.clear();
    }

    Outcome run() throws InterruptedException {
        advance(Duration.between(clock.instant(), CHANGED));
        site.edit();
        advance(Duration.ofMillis(random.nextInt(300)));
        Revalidator revalidator = revalidator();
        changedAt = clock.instant();
        Receipt receipt = revalidator.revalidate(Change.page(Page.of(Router.APP_PAGE, PAGE)));
        List<Invalidation> accepted = cloudFront.accepted(CDN);
        markedAt = accepted.get(0).createTime();
        Freshness found = null;
        if (setting.points() == 0) {
            receipt.await(PATIENCE);
        } else {
            found = receipt.orThrow().awaitFresh(PATIENCE);
        }
        Instant completed = markedAt.plusSeconds(20);
        List<Invalidation> after = cloudFront.accepted(CDN);
        Duration detected = after.size() < 2
                ? null
                : Duration.between(completed, after.get(1).createTime());
        // What was being rendered when the content changed is stored by now, and not yet renewed by the site itself.
        Instant rendered = CHANGED.plus(setting.slowest()).plusSeconds(2);
        if (rendered.isAfter(clock.instant())) {
            advance(Duration.between(clock.instant(), rendered));
        }
        boolean siteIsOld =
                site.fetch(new EdgeRequest(PAGE, Map.of())).response().body().equals("v1");
        var stale = edge.edgesThatGive(PAGE, "v1"::equals);
        stale.retainAll(edge.edgesThatGive(PAGE, "v1"::equals));
        int seen = (int) stale.stream().filter(each -> isAsked(each)).count();
        return new Outcome(
                stale.size(),
                seen,
                siteIsOld,
                found,
                cloudFront.meter().totalPaths(),
                detected,
                falseAlarms,
                falseComfort);
    }

    private boolean isAsked(int edgeNumber) {
        return edgeNumber < setting.points();
    }

    private Revalidator revalidator() {
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront, new Ambient(clock, this::advance, random))
                .quotas(CdnQuotas.inProgressTable())
                .listener(new CdnListener() {
                    @Override
                    public void submitted(DistributionId distribution, Invalidation invalidation, int attempts) {
                        wake();
                    }
                })
                .build();
        Clearing.Builder clearing = Clearing.builder(submitter, CDN);
        if (setting.points() > 0) {
            FreshnessProbe probe =
                    edge.probe(IntStream.range(0, setting.points()).toArray());
            clearing.probe(new FreshnessProbe() {
                @Override
                public List<Answer> ask(List<String> urls) throws InterruptedException {
                    return checked(probe.ask(urls));
                }

                @Override
                public List<Answer> askPastCaches(List<String> urls) throws InterruptedException {
                    return probe.askPastCaches(urls);
                }
            });
        }
        return Revalidator.builder(SITE, clearing.build())
                .tagCache(site)
                .slowestRender(setting.reckoned())
                .build();
    }

    /** Compares what the rule says of each answer with what is true. */
    private List<FreshnessProbe.Answer> checked(List<FreshnessProbe.Answer> answers) {
        FreshnessRule rule = new FreshnessRule(changedAt, markedAt);
        for (FreshnessProbe.Answer answer : answers) {
            boolean isNew = answer.header("etag").filter("\"v2\""::equals).isPresent();
            Verdict verdict = rule.judge(answer).verdict();
            falseAlarms += verdict == Verdict.STALE && isNew ? 1 : 0;
            falseComfort += verdict == Verdict.FRESH && !isNew ? 1 : 0;
        }
        return answers;
    }
}
