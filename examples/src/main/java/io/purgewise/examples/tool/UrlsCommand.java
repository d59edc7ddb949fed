package io.purgewise.examples.tool;

import static io.purgewise.examples.tool.JsonFields.choice;
import static io.purgewise.examples.tool.JsonFields.flag;
import static io.purgewise.examples.tool.JsonFields.object;
import static io.purgewise.examples.tool.JsonFields.optionalText;
import static io.purgewise.examples.tool.JsonFields.text;
import static io.purgewise.examples.tool.JsonFields.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.PageUrls;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.io.IOException;
import java.util.List;
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
            "The page may have a \"route\" such as /docs/[[...path]]; the site may have \"previousBuildIds\" and "
                    + "\"bothSlashForms\". A pattern wider than its URL is listed under \"widened\"."
        })
final class UrlsCommand implements Callable<Integer> {

    @Override
    public Integer call() throws IOException {
        return JsonLines.answer(System.in, System.out, UrlsCommand::answer);
    }

    static JsonNode answer(JsonNode line) {
        Page page = Page.of(choice(line, "router", Router.class), text(line, "page"));
        JsonNode locale = line.get("locale");
        // Next.js writes locale={false} for a link whose path already has its locale.
        boolean inPath = locale != null && locale.asText().equals("false");
        if (!inPath && optionalText(line, "locale").isPresent()) {
            page = page.inLocale(text(line, "locale"));
        }
        if (optionalText(line, "route").isPresent()) {
            page = page.ofRoute(text(line, "route"));
        }
        PageUrls urls = site(object(line, "site")).urlsOf(page);
        ObjectNode answer = JsonLines.JSON.createObjectNode();
        ArrayNode patterns = answer.putArray("patterns");
        urls.patterns().forEach(pattern -> patterns.add(pattern.toString()));
        if (!urls.widened().isEmpty()) {
            ArrayNode widened = answer.putArray("widened");
            urls.widened()
                    .forEach(wide -> widened.addObject()
                            .put("url", wide.url())
                            .put("by", wide.by().toString()));
        }
        return answer;
    }

    static Site site(JsonNode site) {
        Site.Builder builder = Site.builder(BuildId.of(text(site, "buildId")))
                .basePath(optionalText(site, "basePath").orElse(""))
                .trailingSlash(flag(site, "trailingSlash", false))
                .queryStringsInCacheKey(flag(site, "queryStringsInCacheKey", true));
        if (site.has("bothSlashForms")) {
            builder.bothSlashForms(flag(site, "bothSlashForms", false));
        }
        List<String> locales = texts(site, "locales");
        if (!locales.isEmpty()) {
            builder.locales(locales, text(site, "defaultLocale"));
        }
        texts(site, "previousBuildIds").forEach(id -> builder.previousBuildId(BuildId.of(id)));
        return builder.build();
    }
}
