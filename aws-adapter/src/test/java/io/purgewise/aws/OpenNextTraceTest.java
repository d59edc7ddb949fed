package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport.Outcome;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.MarkPolicy;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares the rows that a mark writes with those that a real OpenNext server wrote for the same call, on the seed rows of
 * the same build in DynamoDB Local.
 */
class OpenNextTraceTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final LocalTagTable table = new LocalTagTable();

    @AfterEach
    void close() {
        table.close();
    }

    @ParameterizedTest
    @CsvSource({"a,16.4.6", "o,16.3.7"})
    void marksAreTheRowsThatTheServerWrote(String name, String version) {
        Fixture fixture = Fixture.of(name);
        BuildId build = fixture.buildId();
        Site site = Site.builder(build).nextVersion(NextVersion.parse(version)).build();
        int compared = 0;
        for (JsonNode step : Fixture.trace(name)) {
            if (!step.path("exp").asText().startsWith("API revalidate")
                    || step.path("rows").isEmpty()) {
                continue;
            }
            table.put(fixture.seedRows());
            boolean stale = step.at("/rows/0").has("stale")
                    && step.at("/rows/0/expire").asText().startsWith("now+3");
            MarkPolicy policy = !stale ? MarkPolicy.EXPIRE : MarkPolicy.staleWhileRevalidate(Duration.ofDays(365));
            Receipt.OfChange marked = MarksAlone.mark(
                    revalidator(site).marks(policy),
                    change(step.at("/request/path").asText()));
            List<TagRow> written = marked.marks().results().stream()
                    .filter(result -> result.outcome() == Outcome.WRITTEN)
                    .map(result -> result.row())
                    .toList();
            Set<String> ours =
                    written.stream().map(row -> shape(build, row)).collect(Collectors.toCollection(TreeSet::new));
            Set<String> theirs = new TreeSet<>();
            for (JsonNode row : step.get("rows")) {
                // {expire: 0} adds the time of the mark as stale, which no reader looks at once the row has expired.
                theirs.add(shape(row, stale));
            }
            assertThat(ours).as(step.get("exp").asText()).containsAll(theirs);
            // What is written beyond the server's rows are rows of the page's own path (opennext B12), and for a tag
            // with
            // a comma those of the pages that the server does not reach.
            assertThat(ours.stream().filter(row -> !theirs.contains(row)))
                    .as(step.get("exp").asText())
                    .allMatch(row -> row.contains("tag=BID/_N_T_/")
                            || row.contains("tag=BID/a:a ")
                            || row.contains("tag=BID/b "));
            assertThat(marked.marks().failures()).isEmpty();
            compared++;
        }
        assertThat(compared).isGreaterThanOrEqualTo(8);
    }

    /** Counts too: the masked trace cannot tell one fetch from another. */
    @Test
    void aPathReachesAsManyRowsAsTheServerReached() {
        Fixture fixture = Fixture.of("a");
        table.put(fixture.seedRows());
        Site site = Site.builder(fixture.buildId()).build();
        Receipt.OfChange marked =
                MarksAlone.mark(revalidator(site), Change.page(Page.of(Router.APP_PAGE, "/products/7")));
        // 83 by the server, and one for untagged fetches of the page.
        assertThat(marked.marks().count(Outcome.WRITTEN)).isEqualTo(84);
    }

    private Revalidator.Builder revalidator(Site site) {
        return MarksAlone.revalidator(
                site, DynamoTagCache.builder(table.client(), table.name()).build(), TagCacheMode.LITE, NOW);
    }

    private static Change change(String path) {
        String query = path.substring(path.indexOf('?') + 1);
        String tag = parameter(query, "tag");
        if (!tag.isEmpty()) {
            return Change.tag(tag);
        }
        String page = parameter(query, "path");
        if (!parameter(query, "type").isEmpty()) {
            return Change.route(page, PathTags.Scope.PAGE);
        }
        return Change.page(page.contains("%") ? Page.ofUrlPath(Router.APP_PAGE, page) : Page.of(Router.APP_PAGE, page));
    }

    private static String parameter(String query, String name) {
        for (String parameter : query.split("&", -1)) {
            if (parameter.startsWith(name + "=")) {
                return URLDecoder.decode(parameter.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private static String shape(BuildId build, TagRow row) {
        List<String> attributes = new ArrayList<>(List.of("revalidatedAt"));
        if (row.stale() != null) {
            attributes.add("stale");
        }
        attributes.add("expire");
        return masked(build, row.path()) + " tag=" + row.tag().replace(build + "/", "BID/") + " " + attributes;
    }

    private static String shape(JsonNode row, boolean stale) {
        List<String> attributes = new ArrayList<>(List.of("revalidatedAt"));
        if (row.has("stale") && stale) {
            attributes.add("stale");
        }
        attributes.add("expire");
        return row.get("path").asText() + " tag=" + row.get("tag").asText() + " " + attributes;
    }

    private static String masked(BuildId build, String path) {
        return path.replace(build + "/", "BID/").replaceAll("[0-9a-f]{64}", "SHA");
    }
}
