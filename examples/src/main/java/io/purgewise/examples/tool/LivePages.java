package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.aws.Diagnosis;
import io.purgewise.aws.Diagnosis.Finding;
import io.purgewise.aws.PageTagCheck;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.StoredEntry;
import io.purgewise.site.Page;
import io.purgewise.site.PageTags;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Asks a live site for its pages on behalf of a command, and looks at their cache tags. */
final class LivePages {

    /** How many pages are asked for, at a few requests each. */
    private static final int PAGES = 50;

    @Option(
            names = "--live",
            paramLabel = "ORIGIN",
            description =
                    "Ask for up to " + PAGES + " stored pages at this address, such as https://example.com, and look "
                            + "whether each answer carries its page's tag and no other page's; see purgewise page-tags.")
    private @Nullable URI origin;

    @Option(
            names = "--page-tag-header",
            defaultValue = "x-page-tags",
            paramLabel = "HEADER",
            description = "The header of the page tags, for --live; default: ${DEFAULT-VALUE}.")
    private String header = "x-page-tags";

    /** Looks, if that was asked for, and prints what is found; returns whether all is well. */
    boolean check(Site site, IncrementalCache cache, OutputOptions output) {
        if (origin == null) {
            return true;
        }
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
        PageTagCheck check = new PageTagCheck(client, origin, header, PageTags.ofAllPages());
        try {
            Diagnosis diagnosis = check.of(site, stored(site, cache));
            diagnosis.findings().forEach(finding -> print(finding, output));
            return diagnosis.isWell();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("told to stop while asking " + origin, e);
        }
    }

    private static List<Page> stored(Site site, IncrementalCache cache) {
        Set<Page> pages = new LinkedHashSet<>();
        String next = null;
        do {
            IncrementalCache.Slice slice = cache.list(site.cacheBuildId(), next);
            for (ListedEntry listed : slice.entries()) {
                if (pages.size() < PAGES && listed.entry() instanceof StoredEntry.PageEntry entry) {
                    CacheKey key = entry.key();
                    key.page(site, key.router().orElse(Router.APP_PAGE)).ifPresent(pages::add);
                }
            }
            next = slice.next();
        } while (next != null && pages.size() < PAGES);
        return new ArrayList<>(pages);
    }

    static void print(Finding finding, OutputOptions output) {
        if (output.human()) {
            output.out().line("%-10s %s: %s", finding.verdict(), finding.subject(), finding.text());
            return;
        }
        ObjectNode json = JsonLines.JSON.createObjectNode();
        json.put("subject", finding.subject()).put("verdict", finding.verdict().name());
        json.put("text", finding.text());
        ArrayNode missing = json.putArray("missingActions");
        finding.missingActions().forEach(missing::add);
        output.out().json(json);
    }
}
