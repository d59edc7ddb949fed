package io.purgewise.outbox;

import io.purgewise.cache.TableKey;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.cdn.UsageLedger;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.InMemoryTagCache;
import io.purgewise.testkit.ManualClock;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the stories of the outbox share: a site whose pages have one URL each, behind two distributions, in virtual time. */
final class OutboxWorld {

    static final Instant START = Instant.parse("2026-11-23T10:00:00.400Z");
    static final YearMonth MONTH = YearMonth.of(2026, 11);
    static final DistributionId A = DistributionId.of("E1AAA");
    static final DistributionId B = DistributionId.of("E2BBB");

    final ManualClock clock = ManualClock.startingAt(START);
    final Outbox outbox = Outbox.inMemory(clock);
    final UsageLedger ledger = UsageLedger.inMemory();
    final InMemoryTagCache table = InMemoryTagCache.create();

    /** CloudFront's rates are kept by the CDN's fake only where a story needs them. */
    final Site site =
            Site.builder(BuildId.of("B")).queryStringsInCacheKey(false).build();

    FakeCloudFront.Builder fake() {
        return FakeCloudFront.builder(clock)
                .quotas(FakeQuotas.none())
                .distribution(A)
                .distribution(B);
    }

    Ambient ambient(int seed) {
        return new Ambient(clock, clock::advance, new Random(seed));
    }

    InvalidationSubmitter.Builder submitter(Cdn cdn) {
        return InvalidationSubmitter.builder(cdn, ambient(1));
    }

    Clearing.Builder clearing(Cdn cdn, DistributionId distribution) {
        return Clearing.builder(submitter(cdn).build(), distribution).ledger(ledger);
    }

    Revalidator.Builder revalidator(TagCache tags, Clearing... clearings) {
        Revalidator.Builder builder = Revalidator.builder(site, clearings[0]).tagCache(tags);
        for (Clearing other : List.of(clearings).subList(1, clearings.length)) {
            builder.clearing(other);
        }
        return builder;
    }

    OutboxDrainer.Builder drainer(Outbox store, TagCache tags, Clearing... clearings) {
        return OutboxDrainer.builder(store, revalidator(tags, clearings).build());
    }

    OutboxDrainer.Builder drainer(Outbox store, Cdn cdn, DistributionId... distributions) {
        Clearing[] clearings = List.of(distributions).stream()
                .map(each -> clearing(cdn, each).build())
                .toArray(Clearing[]::new);
        return drainer(store, table, clearings);
    }

    OutboxDrainer drainer(Cdn cdn, DistributionId... distributions) {
        return drainer(outbox, cdn, distributions).build();
    }

    /** Lets the tag table know a page of the build, without which the whole site cannot be marked. */
    void registerRootLayout() {
        BuildId build = BuildId.of("B");
        table.seed(List.of(
                TagRow.registered(TagCacheMode.ORIGINAL.tagKey(build, "_N_T_/layout"), TableKey.ofPath(build, "/p0"))));
    }

    static Change page(String path) {
        return Change.page(Page.of(Router.APP_PAGE, path));
    }

    static Set<Change> pages(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> page(prefix + i)).collect(Collectors.toSet());
    }

    static Set<String> cleared(FakeCloudFront cloudFront, DistributionId distribution) {
        return cloudFront.accepted(distribution).stream()
                .flatMap(each -> each.paths().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Wraps a table so that a story can act before its marks are written. */
    static TagCache beforeMarks(TagCache table, Consumer<Collection<TagRow>> before) {
        return new TagCache() {
            @Override
            public List<TagRow> rowsOfTag(String tag) {
                return table.rowsOfTag(tag);
            }

            @Override
            public List<TagRow> rowsOfPath(String path) {
                return table.rowsOfPath(path);
            }

            @Override
            public WriteReport write(Collection<TagRow> marks) {
                before.accept(marks);
                return table.write(marks);
            }
        };
    }

    /** Wraps an outbox so that a story can act around its calls. */
    static Outbox around(Outbox outbox, UnaryOperator<Call> around) {
        return (Outbox) java.lang.reflect.Proxy.newProxyInstance(
                Outbox.class.getClassLoader(),
                new Class<?>[] {Outbox.class},
                (proxy, method, args) -> around.apply(new Call(method.getName(), () -> {
                            try {
                                return method.invoke(outbox, args);
                            } catch (java.lang.reflect.InvocationTargetException e) {
                                throw e.getTargetException();
                            }
                        }))
                        .body()
                        .run());
    }

    /** A call of a port. */
    record Call(String method, Body body) {}

    /** What a call does. */
    interface Body {
        Object run() throws Throwable;
    }

    static Collection<Change> list(Change... changes) {
        return List.of(changes);
    }
}
