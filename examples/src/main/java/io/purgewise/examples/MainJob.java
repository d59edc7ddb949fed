package io.purgewise.examples;

import io.purgewise.aws.DynamoTagCache;
import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.plan.UrlIndex;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.testkit.EdgeCache;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeOpenNext;
import io.purgewise.testkit.InMemoryIncrementalCache;
import io.purgewise.testkit.ManualClock;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Shows the main job on a real build: five changes of content, what was done for each, what it cost, and what a reader at
 * the edge gets. Everything runs in this process: DynamoDB Local, a fake CloudFront with an edge cache, and a fake server
 * that judges its pages by the rows in the table as OpenNext does. The clock is moved by hand, so nothing really waits.
 */
public final class MainJob {

    private static final DistributionId DISTRIBUTION = DistributionId.of("E2EXAMPLE");

    private final PrintStream out;
    private final SampleBuild build;
    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T09:00:00.250Z"));
    private final FakeOpenNext server;
    private final EdgeCache edge;
    private final Revalidator revalidator;
    private int version = 1;

    private MainJob(SampleBuild build, TagCache table, PrintStream out) throws InterruptedException {
        this.build = build;
        this.out = out;
        server = FakeOpenNext.of(build.site(), table, TagCacheMode.ORIGINAL, clock);
        build.pages().forEach((key, page) -> server.add(page, key, List.of()));
        edge = EdgeCache.builder(server::answer, clock).build();
        FakeCloudFront cloudFront =
                FakeCloudFront.builder(clock).distribution(DISTRIBUTION).build();
        cloudFront.attach(DISTRIBUTION, edge);
        UrlIndex known = UrlIndex.of(build.pages().values().stream()
                .map(page -> readerUrls(page).get(0))
                .toList());
        RandomGenerator random = new SplittableRandom(1);
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront, new Ambient(clock, clock::advance, random))
                .build();
        Clearing clearing =
                Clearing.builder(submitter, DISTRIBUTION).knownUrls(() -> known).build();
        revalidator = Revalidator.builder(build.site(), clearing)
                .tagCache(table)
                .cache(stored(build))
                .build();
    }

    /**
     * Runs the main job and prints what happens.
     *
     * @param args none
     * @throws InterruptedException never, since nothing really waits
     */
    public static void main(String[] args) throws InterruptedException {
        run(System.out);
    }

    static void run(PrintStream out) throws InterruptedException {
        SampleBuild build = SampleBuild.read();
        try (LocalTagTable table = LocalTagTable.seeded(build.rows())) {
            MainJob job = new MainJob(
                    build,
                    DynamoTagCache.builder(table.client(), LocalTagTable.NAME).build(),
                    out);
            out.printf(
                    "A real build: Next.js 16.4.6 on OpenNext 4.1.12, %d pages, %d rows in the tag table.%n"
                            + "Dollars are what CloudFront charges once the 1,000 free paths of the month are used up.%n%n",
                    build.pages().size(), build.rows().size());
            job.show("A price list was imported", Change.tag("products"));
            job.show("An editor saved a product", Change.page(Page.of(Router.APP_PAGE, "/products/7")));
            job.show("The feed changed", Change.page(Page.of(Router.APP_ROUTE, "/feed/rss.xml")));
            job.show("An old page of pages/ changed", Change.page(Page.of(Router.PAGES, "/legacy/café")));
            job.show("The home page changed", Change.page(Page.of(Router.APP_PAGE, "/")));
        }
    }

    private void show(String title, Change change) throws InterruptedException {
        clock.advance(Duration.ofMinutes(1));
        build.pages().values().forEach(page -> readerUrls(page).forEach(edge::get));
        Set<String> heldBefore = edge.urls();
        // Every page has new content now; readers must see that of the pages which the change names.
        build.pages().values().forEach(server::edit);
        version++;

        Receipt receipt = revalidator.revalidate(List.of(change)).orThrow();
        receipt.await(Duration.ofMinutes(1));

        Set<String> heldAfter = edge.urls();
        long gone = heldBefore.stream().filter(url -> !heldAfter.contains(url)).count();
        List<String> urls = new ArrayList<>();
        receipt.changes().get(0).pages().forEach(page -> urls.addAll(readerUrls(page)));
        long fresh = urls.stream()
                .filter(url -> edge.get(url).body().endsWith(" version " + version))
                .count();
        print(title, change, receipt, urls, gone, fresh);
    }

    private void print(String title, Change change, Receipt receipt, List<String> urls, long gone, long fresh) {
        List<Page> pages = receipt.changes().get(0).pages();
        List<String> items = receipt.plan().orElseThrow().items().stream()
                .map(InvalidationItem::spelling)
                .toList();
        List<String> hook = OpenNextHook.items(change);
        int patterns = receipt.changes().get(0).patterns().size();
        out.printf("%s (%s)%n", title, change);
        out.printf(
                "  marked    %s%n",
                count(receipt.changes().get(0).marks().results().size(), "row"));
        out.printf("  pages     %s%n", list(pages.stream().map(Page::path).toList()));
        out.printf(
                "  clear     %s%n",
                list(receipt.changes().get(0).patterns().stream()
                        .map(Object::toString)
                        .toList()));
        out.printf("  items     %s%n", list(items));
        out.printf("  cost      %s; each pattern by itself %s%n", dollars(items.size()), dollars(patterns));
        out.printf("  readers   %d of %d URLs show the new page; %d objects left the edge%n", fresh, urls.size(), gone);
        out.printf(
                "  OpenNext  its own hook sends %s: %s%n%n",
                hook.isEmpty() ? "nothing" : list(hook), verdict(hook, urls));
    }

    private static String verdict(List<String> hook, List<String> urls) {
        long cleared = urls.stream()
                .filter(url -> hook.stream().anyMatch(item -> clears(item, url)))
                .count();
        return "%s, %d of %d URLs cleared".formatted(dollars(hook.size()), cleared, urls.size());
    }

    private static boolean clears(String item, String url) {
        return item.endsWith("*") ? url.startsWith(item.substring(0, item.length() - 1)) : item.equals(url);
    }

    /** The stored pages, so that the keys of a page can be looked up. */
    private static InMemoryIncrementalCache stored(SampleBuild build) {
        InMemoryIncrementalCache cache = InMemoryIncrementalCache.create();
        build.pages().forEach((key, page) -> {
            CacheEntry.Kind kind = page.router() == Router.PAGES ? CacheEntry.Kind.PAGE : CacheEntry.Kind.APP;
            cache.put(
                    build.site().cacheBuildId(),
                    new CacheEntry(key, kind, List.of(), null, 200, null, false, Instant.EPOCH, "etag"));
        });
        return cache;
    }

    /** The URLs by which browsers ask for a page: its paths, and each with a query such as browsers add. */
    private List<String> readerUrls(Page page) {
        List<String> urls = new ArrayList<>();
        for (String url : server.urlsOf(page)) {
            urls.add(url);
            urls.add(url + (page.router() == Router.PAGES ? "?slug=x" : "?_rsc=TT8UM6rfmLYRnBoK"));
        }
        return urls;
    }

    private static String dollars(int paths) {
        return "$%d.%03d".formatted(paths * 5 / 1000, paths * 5 % 1000);
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static String list(List<String> all) {
        int shown = Math.min(3, all.size());
        String head = String.join(", ", all.subList(0, shown));
        return all.size() > shown ? all.size() + ": " + head + ", ..." : head;
    }
}
