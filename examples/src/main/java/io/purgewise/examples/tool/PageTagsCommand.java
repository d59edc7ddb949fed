package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.aws.OpenNextBuild;
import io.purgewise.aws.OpenNextBuild.KnownPage;
import io.purgewise.cache.BuildIds;
import io.purgewise.site.BuildId;
import io.purgewise.site.CdnTag;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.PageTags;
import io.purgewise.site.Site;
import io.purgewise.site.UrlPattern;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the rules by which a site tags its pages for the CDN. */
@Command(
        name = "page-tags",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the rules to paste into next.config so that the site sends a cache tag of its own with each page, and says "
                    + "which pages have none and are cleared by path.",
            "",
            "The rules stand behind the site's own in headers(), and replace what the app sends in the same header. Afterwards set "
                    + "the header in the distribution's CacheTagConfig, clear everything once, and look with inspect --live."
        },
        exitCodeListHeading = Purgewise.EXIT_CODES,
        exitCodeList = {Purgewise.DONE, "1:the site has rules that send other tags in this header", Purgewise.BAD_USAGE
        },
        footerHeading = "%n",
        footer = "Example: purgewise page-tags --build app --human")
final class PageTagsCommand implements Callable<Integer> {

    private static final PageTags TAGS = PageTags.ofAllPages();

    @Option(
            names = "--build",
            required = true,
            paramLabel = "FOLDER",
            description = "The app's folder with .next and .open-next as built, or one that holds their manifests.")
    private Path build = Path.of(".");

    @Option(
            names = "--header",
            defaultValue = "x-page-tags",
            description = "The header that the distribution reads tags from; default: ${DEFAULT-VALUE}.")
    private String header = "x-page-tags";

    @Option(names = "--next-version", defaultValue = "16.4.6", description = "The site's version of Next.js.")
    private String nextVersion = "16.4.6";

    @Option(names = "--pages", description = "Print a line for each page of the build with its tags.")
    private boolean pages;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        // Cache keys are of no interest here, so a deployment ID need not be known.
        OpenNextBuild read = OpenNextBuild.read(
                SettingException.checkReadable(build), NextVersion.parse(nextVersion), BuildId.of(BuildIds.HIDDEN));
        Site site = read.site();
        String config = TAGS.nextConfig(site, header);
        Map<String, List<PageTags.Cover>> byTag = new LinkedHashMap<>();
        Map<String, String> byPath = new TreeMap<>();
        for (KnownPage known : read.pages()) {
            Page page = known.page();
            PageTags.Tagged tagged = TAGS.tagsOf(site, page);
            tagged.covers()
                    .forEach(cover -> byTag.computeIfAbsent(
                                    cover.tag().tag().toLowerCase(Locale.ROOT), tag -> new ArrayList<>())
                            .add(cover));
            tagged.byPath().forEach(each -> byPath.put(each.url(), each.reason()));
            if (pages) {
                print(page, tagged);
            }
        }
        addShared(byTag, byPath);
        List<PageTags.HeaderRule> others = others(read.headerRules(header), TAGS.rules(site));
        boolean installed = others.isEmpty() && !read.headerRules(header).isEmpty();
        if (output.human()) {
            print(config, byPath, others, installed);
        } else {
            output.out().json(json(site, config, read.pages().size(), byPath, others, installed));
        }
        return others.isEmpty() ? 0 : 1;
    }

    /** Adds what the tags clear that differ in case only, which CloudFront ignores. */
    private static void addShared(Map<String, List<PageTags.Cover>> byTag, Map<String, String> byPath) {
        for (List<PageTags.Cover> covers : byTag.values()) {
            if (covers.stream().map(PageTags.Cover::tag).distinct().count() > 1) {
                covers.stream()
                        .flatMap(cover -> cover.patterns().stream())
                        .filter(pattern -> !pattern.prefix())
                        .map(UrlPattern::path)
                        .forEach(url -> byPath.put(url, "its path differs from another page's in case only"));
            }
        }
    }

    /** Lists the rules in a build that send the header and are none of ours. */
    private static List<PageTags.HeaderRule> others(List<PageTags.HeaderRule> built, List<PageTags.HeaderRule> ours) {
        List<String> values = ours.stream().map(PageTags.HeaderRule::value).toList();
        return built.stream().filter(rule -> !values.contains(rule.value())).toList();
    }

    private void print(Page page, PageTags.Tagged tagged) {
        List<String> tags = tagged.covers().stream()
                .map(PageTags.Cover::tag)
                .map(CdnTag::tag)
                .toList();
        if (output.human()) {
            output.out().line("%-40s %s", page, tags.isEmpty() ? "by path" : String.join(", ", tags));
            return;
        }
        ObjectNode json = JsonLines.JSON.createObjectNode();
        json.put("page", page.path()).put("router", page.router().name());
        json.put("locale", page.locale());
        ArrayNode named = json.putArray("tags");
        tags.forEach(named::add);
        byPath(json.putArray("byPath"), urls(tagged));
        output.out().json(json);
    }

    private static Map<String, String> urls(PageTags.Tagged tagged) {
        Map<String, String> urls = new TreeMap<>();
        tagged.byPath().forEach(each -> urls.put(each.url(), each.reason()));
        return urls;
    }

    private static void byPath(ArrayNode list, Map<String, String> urls) {
        urls.forEach((url, reason) -> list.addObject().put("url", url).put("reason", reason));
    }

    private ObjectNode json(
            Site site,
            String config,
            int count,
            Map<String, String> byPath,
            List<PageTags.HeaderRule> others,
            boolean installed) {
        ObjectNode json = JsonLines.JSON.createObjectNode();
        json.put("header", header);
        ArrayNode rules = json.putArray("rules");
        for (PageTags.HeaderRule rule : TAGS.rules(site)) {
            ObjectNode line = rules.addObject().put("source", rule.source());
            if (!rule.inEveryLocale()) {
                line.put("locale", false);
            }
            line.putArray("headers").addObject().put("key", header).put("value", rule.value());
        }
        json.put("nextConfig", config);
        json.put("pages", count);
        byPath(json.putArray("byPath"), byPath);
        ArrayNode overwritten = json.putArray("otherRules");
        others.forEach(
                rule -> overwritten.addObject().put("source", rule.source()).put("value", rule.value()));
        return json.put("installed", installed).put("done", others.isEmpty());
    }

    private void print(String config, Map<String, String> byPath, List<PageTags.HeaderRule> others, boolean installed) {
        Output out = output.out();
        out.line("// %s", installed ? "The build has these rules already." : "Paste this into next.config:");
        config.lines().forEach(line -> out.line("%s", line));
        out.line("// async headers() { return [...yours, ...pageTags]; }");
        Map<String, List<String>> byReason = new TreeMap<>();
        byPath.forEach((url, reason) ->
                byReason.computeIfAbsent(reason, each -> new ArrayList<>()).add(url));
        byReason.forEach((reason, urls) -> out.line(
                "// cleared by path: %s%s, since %s",
                urls.get(0), urls.size() == 1 ? "" : " and " + (urls.size() - 1) + " more URLs", reason));
        others.forEach(rule -> out.line(
                "// PROBLEM: the rule %s sends %s in %s as well, and the last rule wins: tags of the app are lost",
                rule.source(), rule.value(), header));
    }
}
