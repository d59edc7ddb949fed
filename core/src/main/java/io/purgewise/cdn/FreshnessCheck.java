package io.purgewise.cdn;

import io.purgewise.cdn.Freshness.Finding;
import io.purgewise.cdn.Freshness.Verdict;
import io.purgewise.cdn.FreshnessRule.Ruling;
import io.purgewise.internal.SteadyTime;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Looks at what readers get after a clearing, and clears once more what is proven stale. Used by one thread, once. */
final class FreshnessCheck {

    private static final System.Logger LOG = System.getLogger(Clearing.class.getName());

    /** How many URLs are asked for at the most, unless one of them is stale: 95 % confidence that at most 1 % of all are. */
    static final int SAMPLE = 300;

    /** How often what is proven stale is cleared again. */
    static final int MOST_REPAIRS = 2;

    /** How long to wait between looks; a URL that is not known to be fresh after the last of them is left. */
    private static final List<Duration> PAUSES =
            List.of(1, 1, 2, 2, 3, 3, 5, 5).stream().map(Duration::ofSeconds).toList();

    /** What is known of one URL. */
    private static final class Url {
        private Ruling ruling = new Ruling(Verdict.UNKNOWN, "not asked for");
        private int staleLooks;
        private boolean repaired;
    }

    private final Clearing clearing;
    private final FreshnessLook look;
    private final ProbedUrls all;
    private final SteadyTime time;
    private final Duration end;
    private final Map<String, Url> urls = new LinkedHashMap<>();
    private final List<Cleared> repairs = new ArrayList<>();
    private final List<String> blindSpots;

    FreshnessCheck(Clearing clearing, FreshnessProbe probe, FreshnessRule rule, ProbedUrls all, Duration patience) {
        this.clearing = clearing;
        this.look = new FreshnessLook(probe, rule);
        this.all = all;
        this.time = new SteadyTime(clearing.ambient().clock());
        this.end = time.elapsed().plus(patience);
        this.blindSpots = new ArrayList<>(all.blindSpots());
    }

    Freshness run(Collection<Invalidation> accepted) throws InterruptedException {
        sample().forEach(url -> urls.put(url, new Url()));
        boolean complete = awaited(accepted);
        if (!complete) {
            blindSpots.add("the CDN has not said that all is cleared, so nothing was cleared once more");
        }
        ask(urls.keySet());
        int repairsLeft = complete ? MOST_REPAIRS : 0;
        int looks = 0;
        while (!open().isEmpty() && looks < PAUSES.size() && paused(looks++)) {
            ask(open());
            if (provenStale().isEmpty()) {
                continue;
            }
            if (repairsLeft > 0 && asksForTheOthers() && paused(0)) {
                ask(open());
            }
            if (repairsLeft > 0 && isTimeLeft()) {
                repairsLeft = repaired(provenStale()) ? repairsLeft - 1 : 0;
                looks = 0;
            } else if (provenStale().containsAll(open())) {
                break;
            }
        }
        return freshness();
    }

    private boolean awaited(Collection<Invalidation> accepted) throws InterruptedException {
        try {
            return accepted.isEmpty() || clearing.await(accepted, left());
        } catch (CdnException e) {
            blindSpots.add("the CDN cannot be asked whether all is cleared: " + e.getMessage());
            return false;
        }
    }

    private List<String> sample() {
        if (all.urls().size() <= SAMPLE) {
            return all.urls();
        }
        List<String> shuffled = new ArrayList<>(all.urls());
        Collections.shuffle(shuffled, new Random(clearing.ambient().random().nextLong()));
        return shuffled.subList(0, SAMPLE);
    }

    /** Where the sample shows a stale URL, the others may be stale as well, and each is asked for; returns whether any was. */
    private boolean asksForTheOthers() throws InterruptedException {
        if (urls.size() == all.urls().size()) {
            return false;
        }
        List<String> others =
                all.urls().stream().filter(url -> !urls.containsKey(url)).toList();
        for (int from = 0; from < others.size() && isTimeLeft(); from += SAMPLE) {
            List<String> some = others.subList(from, Math.min(others.size(), from + SAMPLE));
            some.forEach(url -> urls.put(url, new Url()));
            ask(some);
        }
        return true;
    }

    private void ask(Collection<String> asked) throws InterruptedException {
        look.at(List.copyOf(asked)).forEach((url, ruling) -> {
            Url known = Objects.requireNonNull(urls.get(url));
            known.ruling = ruling;
            known.staleLooks = ruling.verdict() == Verdict.STALE ? known.staleLooks + 1 : 0;
        });
    }

    private Set<String> open() {
        return with(url -> url.ruling.verdict() != Verdict.FRESH);
    }

    /** A copy that was on its way while its edge was cleared may be gone a moment later, so one look proves nothing. */
    private Set<String> provenStale() {
        return with(url -> url.staleLooks > 1);
    }

    private Set<String> with(Predicate<Url> condition) {
        Set<String> some = new TreeSet<>();
        urls.forEach((name, url) -> {
            if (condition.test(url)) {
                some.add(name);
            }
        });
        return some;
    }

    /** Clears what is proven stale once more; returns whether anything was sent and is complete. */
    private boolean repaired(Set<String> stale) throws InterruptedException {
        Ambient ambient = clearing.ambient();
        String id = "once more/" + ambient.clock().instant() + "/"
                + Long.toHexString(ambient.random().nextLong());
        Planned planned = clearing.plan(List.of(all.around(stale)), Clearing.Escalation.NONE, id);
        planned.waiting().ifPresent(wait -> blindSpots.add("stale URLs were not cleared once more: " + wait.reason()));
        if (planned.batches().isEmpty()) {
            return false;
        }
        LOG.log(
                Level.WARNING,
                "{0} URLs at {1} are stale after they were cleared, such as {2}; they are cleared once more",
                stale.size(),
                clearing.distribution(),
                stale.iterator().next());
        Cleared cleared = clearing.submit(planned.batches(), left());
        repairs.add(cleared);
        stale.forEach(url -> {
            Url known = Objects.requireNonNull(urls.get(url));
            known.repaired = true;
            known.staleLooks = 0;
        });
        return cleared.isComplete() && awaited(cleared.accepted());
    }

    private Duration left() {
        Duration left = end.minus(time.elapsed());
        return left.isNegative() ? Duration.ZERO : left;
    }

    private boolean isTimeLeft() {
        return !left().isZero();
    }

    private boolean paused(int waits) throws InterruptedException {
        Duration pause = PAUSES.get(waits);
        if (left().compareTo(pause) < 0) {
            return false;
        }
        time.pause(pause, clearing.ambient().pause()::waitFor);
        return true;
    }

    private Freshness freshness() {
        List<Finding> findings = new ArrayList<>();
        urls.forEach((name, url) -> {
            boolean seenOnce = url.ruling.verdict() == Verdict.STALE && url.staleLooks < 2;
            findings.add(new Finding(
                    clearing.distribution(),
                    name,
                    seenOnce ? Verdict.UNKNOWN : url.ruling.verdict(),
                    seenOnce ? "seen once, which proves nothing: " + url.ruling.reason() : url.ruling.reason(),
                    url.repaired));
        });
        blindSpots.add(
                0,
                look.pointsOfPresence().size() > 1
                        ? "other points of presence than " + new TreeSet<>(look.pointsOfPresence())
                        : "every point of presence but the one that answered");
        return new Freshness(all.urls().size(), findings, repairs, look.pointsOfPresence(), blindSpots);
    }
}
