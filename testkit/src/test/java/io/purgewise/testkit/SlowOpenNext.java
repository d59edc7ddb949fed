package io.purgewise.testkit;

import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Plays the site behind a CDN for one page: servers that render slowly and give old pages while they render new ones, the stored page
 * with its date in whole seconds, and the tag table with an index that lags. Every clock of it differs from the true time.
 */
final class SlowOpenNext implements TieredEdge.Origin, TagCache {

    /** A page that is being rendered, or is stored. */
    private record Rendered(int version, Instant asOf, Instant storedAt) {}

    private record Mark(TagRow row, Instant visibleAt) {}

    private final InstantSource clock;
    private final Random random;
    private final Duration slowest;
    private final @Nullable Duration revalidate;
    private final boolean saysAsOf;
    private final Duration storeAhead;
    private final Duration serverAhead;
    private final List<Rendered> rendering = new ArrayList<>();
    private final Map<TagRow.Key, Mark> rows = new HashMap<>();
    private Rendered stored;
    private int version = 1;

    SlowOpenNext(
            InstantSource clock, Random random, Duration slowest, @Nullable Duration revalidate, boolean saysAsOf) {
        this.clock = clock;
        this.random = random;
        this.slowest = slowest;
        this.revalidate = revalidate;
        this.saysAsOf = saysAsOf;
        this.storeAhead = skew();
        this.serverAhead = skew();
        this.stored = new Rendered(1, clock.instant(), clock.instant());
    }

    private Duration skew() {
        return Duration.ofMillis(random.nextInt(2001) - 1000);
    }

    void edit() {
        version++;
    }

    @Override
    public TieredEdge.Fetched fetch(EdgeRequest request) {
        storeRendered();
        Instant now = clock.instant();
        Instant lastModified = stored.storedAt().plus(storeAhead).truncatedTo(ChronoUnit.SECONDS);
        boolean expired = rows.values().stream()
                .anyMatch(mark -> !mark.visibleAt().isAfter(now)
                        && mark.row().revalidatedAt().isAfter(lastModified));
        if (expired) {
            Rendered fresh = render(now);
            return answer(fresh, "MISS", longest(), Duration.between(now, fresh.storedAt()));
        }
        Duration age = Duration.between(stored.storedAt(), now);
        Duration transit = Duration.ofMillis(10 + random.nextInt(200));
        if (revalidate != null && age.compareTo(revalidate) > 0) {
            if (rendering.isEmpty()) {
                render(now);
            }
            return answer(stored, "STALE", 2, transit);
        }
        return answer(
                stored,
                "HIT",
                revalidate == null
                        ? longest()
                        : Math.max(1, revalidate.minus(age).toSeconds()),
                transit);
    }

    private long longest() {
        return revalidate == null ? 31_536_000 : revalidate.toSeconds();
    }

    /** Begins to render with the content of now; most renderings are quick, some take as long as they may. */
    private Rendered render(Instant now) {
        double share = random.nextDouble();
        long takes = 50 + (long) (share * share * share * Math.max(0, slowest.toMillis() - 50));
        Rendered fresh = new Rendered(version, now, now.plusMillis(takes));
        rendering.add(fresh);
        return fresh;
    }

    private void storeRendered() {
        Instant now = clock.instant();
        rendering.stream()
                .filter(each -> !each.storedAt().isAfter(now))
                .reduce((first, second) -> second.storedAt().isBefore(first.storedAt()) ? first : second)
                .ifPresent(last -> stored = last);
        rendering.removeIf(each -> !each.storedAt().isAfter(now));
    }

    private TieredEdge.Fetched answer(Rendered page, String nextCache, long maxAge, Duration takes) {
        Map<String, String> headers = new HashMap<>();
        headers.put("cache-control", "s-maxage=" + maxAge + ", stale-while-revalidate=2592000");
        headers.put("date", CacheAge.date(clock.instant().plus(takes).plus(serverAhead)));
        headers.put("x-nextjs-cache", nextCache);
        headers.put("etag", "\"v" + page.version() + "\"");
        if (saysAsOf) {
            headers.put("x-content-as-of", page.asOf().plus(serverAhead).toString());
        }
        return new TieredEdge.Fetched(new EdgeResponse(200, headers, "v" + page.version()), takes);
    }

    @Override
    public List<TagRow> rowsOfTag(String tag) {
        return rows.values().stream()
                .map(Mark::row)
                .filter(row -> row.tag().equals(tag))
                .toList();
    }

    @Override
    public List<TagRow> rowsOfPath(String path) {
        Instant now = clock.instant();
        return rows.values().stream()
                .filter(mark -> !mark.visibleAt().isAfter(now))
                .map(Mark::row)
                .filter(row -> row.path().equals(path))
                .toList();
    }

    @Override
    public WriteReport write(Collection<TagRow> marks) {
        Instant visibleAt = clock.instant().plusMillis(random.nextInt(1001));
        marks.forEach(row -> rows.put(row.key(), new Mark(row, visibleAt)));
        return new WriteReport(marks.stream()
                .map(row -> new WriteReport.Result(row, WriteReport.Outcome.WRITTEN, null))
                .toList());
    }

    @Override
    public Optional<Instant> time() {
        return Optional.of(clock.instant().plus(storeAhead).truncatedTo(ChronoUnit.SECONDS));
    }
}
