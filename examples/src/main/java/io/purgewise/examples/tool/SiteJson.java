package io.purgewise.examples.tool;

import static io.purgewise.examples.tool.JsonFields.flag;
import static io.purgewise.examples.tool.JsonFields.objects;
import static io.purgewise.examples.tool.JsonFields.onlyFields;
import static io.purgewise.examples.tool.JsonFields.optionalText;
import static io.purgewise.examples.tool.JsonFields.text;
import static io.purgewise.examples.tool.JsonFields.texts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.site.BuildId;
import io.purgewise.site.Rewrite;
import io.purgewise.site.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Reads a site from a JSON object. */
final class SiteJson {

    private static final Set<String> SITE_FIELDS = Set.of(
            "buildId",
            "basePath",
            "trailingSlash",
            "bothSlashForms",
            "locales",
            "defaultLocale",
            "domains",
            "rewrites",
            "previousBuildIds",
            "queryStringsInCacheKey");

    /** Those of Next.js; conditions are left out, since what a rewrite answers to some visitors is cleared. */
    private static final Set<String> REWRITE_FIELDS =
            Set.of("source", "destination", "basePath", "locale", "has", "missing");

    private static final Set<String> DOMAIN_FIELDS = Set.of("domain", "defaultLocale", "locales", "http");

    private SiteJson() {}

    static Site site(JsonNode site) {
        onlyFields(site, SITE_FIELDS);
        Site.Builder builder = Site.builder(BuildId.of(text(site, "buildId")))
                .basePath(optionalText(site, "basePath").orElse(""))
                .trailingSlash(flag(site, "trailingSlash", false))
                .queryStringsInCacheKey(flag(site, "queryStringsInCacheKey", true));
        if (site.hasNonNull("bothSlashForms")) {
            builder.bothSlashForms(flag(site, "bothSlashForms", false));
        }
        List<String> locales = texts(site, "locales");
        if (!locales.isEmpty()) {
            builder.locales(locales, text(site, "defaultLocale"));
        }
        addDomains(builder, objects(site, "domains"));
        texts(site, "previousBuildIds").forEach(id -> builder.previousBuildId(BuildId.of(id)));
        return builder.rewrites(rewrites(objects(site, "rewrites"))).build();
    }

    /** Adds the domains of {@code i18n.domains}. */
    static void addDomains(Site.Builder builder, List<JsonNode> domains) {
        for (JsonNode domain : domains) {
            onlyFields(domain, DOMAIN_FIELDS);
            texts(domain, "locales");
            builder.domain(text(domain, "domain"), text(domain, "defaultLocale"));
        }
    }

    static List<Rewrite> rewrites(List<JsonNode> rewrites) {
        return rewrites.stream().map(SiteJson::rewrite).toList();
    }

    /** Reads a file that holds such a list. */
    static List<JsonNode> listIn(Path file) {
        try {
            JsonNode list = JsonLines.JSON.readTree(Files.readAllBytes(SettingException.checkReadable(file)));
            return objects(JsonLines.JSON.createObjectNode().set("list in " + file, list), "list in " + file);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    file + " is no JSON: " + JsonFields.shortened(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new SettingException(file + " cannot be read: " + e.getMessage());
        }
    }

    private static Rewrite rewrite(JsonNode json) {
        onlyFields(json, REWRITE_FIELDS);
        Rewrite rewrite = Rewrite.of(text(json, "source"), text(json, "destination"));
        rewrite = flag(json, "basePath", true) ? rewrite : rewrite.withoutBasePath();
        return flag(json, "locale", true) ? rewrite : rewrite.withoutLocale();
    }
}
