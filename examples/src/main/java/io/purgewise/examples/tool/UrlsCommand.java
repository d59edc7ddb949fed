package io.purgewise.examples.tool;

import static io.purgewise.examples.tool.JsonFields.choice;
import static io.purgewise.examples.tool.JsonFields.object;
import static io.purgewise.examples.tool.JsonFields.onlyFields;
import static io.purgewise.examples.tool.JsonFields.optionalText;
import static io.purgewise.examples.tool.JsonFields.text;
import static io.purgewise.examples.tool.SiteJson.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.site.Page;
import io.purgewise.site.PageUrls;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.site.UnnameableUrl;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Answers pages with the URL patterns under which the CDN may hold them. */
@Command(
        name = "urls",
        mixinStandardHelpOptions = true,
        description = {
            "Reads pages from standard input, a JSON object a line, and writes for each the URL patterns that must be cleared.",
            "",
            "In:  {\"site\":{\"buildId\":\"B\",\"basePath\":\"\",\"trailingSlash\":false,\"locales\":[],\"defaultLocale\":null,"
                    + "\"queryStringsInCacheKey\":true},\"router\":\"APP_PAGE\",\"page\":\"/p\",\"locale\":null}",
            "Out: {\"patterns\":[\"/p\",\"/p?*\"]}",
            "",
            "The page may have a \"route\" such as /docs/[[...path]]. The site may have \"previousBuildIds\", "
                    + "\"bothSlashForms\", \"rewrites\" as in next.config ([{\"source\":\"/news/:slug\","
                    + "\"destination\":\"/en/blog/:slug\"}]) and \"domains\" "
                    + "([{\"domain\":\"example.nl\",\"defaultLocale\":\"nl\"}]), whose patterns, where they differ, are "
                    + "listed \"byDomain\". A pattern wider than its URL is listed under \"widened\"."
        })
final class UrlsCommand implements Callable<Integer> {

    private static final Set<String> PAGE_FIELDS = Set.of("site", "router", "page", "locale", "route");

    @Override
    public Integer call() throws IOException {
        return JsonLines.answer(System.in, System.out, UrlsCommand::answer);
    }

    static JsonNode answer(JsonNode line) {
        onlyFields(line, PAGE_FIELDS);
        Page page = page(line);
        Site site = site(object(line, "site"));
        ObjectNode answer = JsonLines.JSON.createObjectNode();
        PageUrls urls = site.urlsOf(page, List.of(Site.DEFAULT_DOMAIN));
        put(answer.putArray("patterns"), urls);
        byDomain(site, page, urls, answer);
        List<UnnameableUrl> widened = unnameable(site.urlsOf(page).unnameable());
        if (!widened.isEmpty()) {
            ArrayNode list = answer.putArray("widened");
            widened.forEach(url -> list.addObject()
                    .put("url", url.url())
                    .put("by", url.narrowestWildcard().toString()));
        }
        return answer;
    }

    /** Leaves out the query variants of URLs that are listed themselves. */
    private static List<UnnameableUrl> unnameable(List<UnnameableUrl> all) {
        Set<String> exact = new HashSet<>();
        all.stream().filter(url -> !url.prefix()).forEach(url -> exact.add(url.url() + "?"));
        return all.stream()
                .filter(url -> !url.prefix() || !exact.contains(url.url()))
                .toList();
    }

    private static Page page(JsonNode line) {
        Page page = Page.of(choice(line, "router", Router.class), text(line, "page"));
        JsonNode locale = line.get("locale");
        // Next.js writes locale={false} for a link whose path already has its locale.
        boolean inPath = locale != null && locale.asText().equals("false");
        if (!inPath && optionalText(line, "locale").isPresent()) {
            page = page.inLocale(text(line, "locale"));
        }
        return optionalText(line, "route").isPresent() ? page.ofRoute(text(line, "route")) : page;
    }

    private static void byDomain(Site site, Page page, PageUrls elsewhere, ObjectNode answer) {
        ObjectNode byDomain = JsonLines.JSON.createObjectNode();
        for (String domain : site.domains()) {
            PageUrls urls = site.urlsOf(page, List.of(domain));
            if (!urls.equals(elsewhere)) {
                put(byDomain.putArray(domain), urls);
            }
        }
        if (!byDomain.isEmpty()) {
            answer.set("byDomain", byDomain);
        }
    }

    private static void put(ArrayNode patterns, PageUrls urls) {
        urls.withWildcards().forEach(pattern -> patterns.add(pattern.toString()));
    }
}
