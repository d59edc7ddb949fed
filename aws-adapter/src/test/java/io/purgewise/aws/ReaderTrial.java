package io.purgewise.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.aws.OpenNextReader.Verdict;
import io.purgewise.cache.ObjectKeys;
import io.purgewise.cache.StoredEntry;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.revalidate.MarkPolicy;
import io.purgewise.revalidate.Receipt;
import io.purgewise.site.BuildId;
import io.purgewise.site.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the same change twice, by OpenNext and by us, each on a fresh table, and has OpenNext judge both. */
final class ReaderTrial implements AutoCloseable {

    private static final Duration AGE = Duration.ofMinutes(10);

    private final ReaderVariant variant;
    private final Fixture fixture;
    private final BuildId build;
    private final List<TagRow> seeds;
    private final OpenNextReader reader;

    ReaderTrial(ReaderVariant variant, Path folder) throws IOException {
        this.variant = variant;
        this.fixture = Fixture.of(variant.fixture());
        this.build = fixture.buildId();
        this.seeds = variant.mode().listsEntries() ? fixture.seedRows() : List.of();
        this.reader = new OpenNextReader(variant, folder);
        List<ObjectNode> entries = entries();
        reader.store(entries);
        try (LocalTagTable table = new LocalTagTable()) {
            table.put(seeds);
            reader.open(table, build);
            Map<String, Verdict> unmarked = reader.read(now().minus(AGE));
            // The 500 page of a newer OpenNext holds nothing that an older one can serve.
            entries.removeIf(entry -> entry.get("key").textValue().equals("500"));
            unmarked.remove("500");
            if (!unmarked.values().stream().allMatch(Verdict.FRESH::equals)) {
                throw new IllegalStateException("the reader cannot read what nobody marked: " + unmarked);
            }
        }
        reader.store(entries);
    }

    BuildId build() {
        return build;
    }

    ReaderComparison compare(ReaderChange change, TagCacheMode mode, MarkPolicy policy, @Nullable Duration window)
            throws IOException {
        Site site = Site.builder(build).nextVersion(variant.nextVersion()).build();
        try (LocalTagTable theirs = new LocalTagTable();
                LocalTagTable ours = new LocalTagTable()) {
            theirs.put(seeds);
            ours.put(seeds);
            Instant now = now();
            reader.open(theirs, build);
            reader.revalidate(change.tags(), window);
            Map<String, Verdict> byThem = reader.read(now.minus(AGE));
            DynamoTagCache table =
                    DynamoTagCache.builder(ours.client(), ours.name()).build();
            Receipt.OfChange marked = MarksAlone.mark(
                    MarksAlone.revalidator(site, table, mode, now).marks(policy), change.change());
            if (marked.marks().results().isEmpty() || !marked.marks().failures().isEmpty()) {
                throw new IllegalStateException(marked.toString());
            }
            reader.open(ours, build);
            Map<String, Verdict> byUs = reader.read(now.minus(AGE));
            return new ReaderComparison(change.name(), byThem, byUs, reader.read(now.plusSeconds(1)));
        }
    }

    /** Returns every eighth entry, and those of two products, which the changes name. */
    private List<ObjectNode> entries() throws IOException {
        List<ObjectNode> entries = new ArrayList<>();
        int seen = 0;
        for (Map.Entry<String, String> object : fixture.objects().entrySet()) {
            JsonNode value = Fixture.JSON.readTree(object.getValue());
            ObjectNode entry = Fixture.JSON.createObjectNode();
            StoredEntry stored = new ObjectKeys("_cache").parse(build, object.getKey());
            if (stored instanceof StoredEntry.PageEntry page) {
                entry.put("key", page.key().value());
            } else if (stored instanceof StoredEntry.FetchEntry fetch) {
                entry.put("key", fetch.hash()).put("fetch", true).set("tags", value.path("tags"));
            }
            if (entry.has("key") && (seen++ % 8 == 0 || entry.toString().matches(".*product(s/7|s/9|:7|:9).*"))) {
                entries.add(entry.set("value", value));
            }
        }
        // A fetch without tags, which is reached by the path of its page alone.
        ObjectNode bare = Fixture.JSON.createObjectNode();
        bare.put("key", "ab".repeat(32)).put("fetch", true).putArray("tags");
        bare.putArray("softTags")
                .add("_N_T_/layout")
                .add("_N_T_/products/[id]/page")
                .add("_N_T_/products/7");
        bare.putObject("value").put("kind", "FETCH").putObject("data").put("body", "1");
        entries.add(bare);
        return entries;
    }

    /** Tells the real time: the reader in its own process compares marks with its clock. */
    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
