package io.purgewise.aws;

import static io.purgewise.aws.BuildFiles.list;
import static io.purgewise.aws.BuildFiles.object;
import static io.purgewise.aws.BuildFiles.string;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.site.Page;
import io.purgewise.site.PageTags;
import io.purgewise.site.Rewrite;
import io.purgewise.site.Router;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the manifests of a build (Next.js 13.5 to 16.4, OpenNext 3 and 4) and joins what they say about routes. */
final class BuildManifests {

    private final BuildFiles files;
    private final Map<String, Object> output;
    private final Map<String, Object> prerender;
    private final Map<String, Object> routesManifest;
    private final Set<String> appEntries;
    private final @Nullable Map<String, Object> config;

    /**
     * Is a line of the prerender manifest.
     *
     * @param path the path as cache keys write it, with its locale
     * @param route the route's pattern as URLs know it
     * @param sourceRoute the route as cache keys name it
     */
    record Prerendered(
            Router router,
            String path,
            String route,
            String sourceRoute,
            @Nullable Duration revalidate) {}

    BuildManifests(Path folder) {
        files = new BuildFiles(folder);
        output = files.json("open-next.output.json");
        prerender = files.json("prerender-manifest.json");
        routesManifest = files.json("routes-manifest.json");
        appEntries = files.json("app-paths-manifest.json").keySet();
        Map<String, Object> server = files.jsonIfThere("required-server-files.json");
        config = server == null ? null : object(server.get("config"));
    }

    String buildId() {
        return files.text("BUILD_ID").strip();
    }

    String basePath() {
        return string(routesManifest, "basePath").orElse("");
    }

    /** Returns the settings in {@code required-server-files.json}; empty if the file is not there. */
    Optional<Map<String, Object>> config() {
        return Optional.ofNullable(config);
    }

    List<String> locales() {
        return list(object(routesManifest.get("i18n")), "locales").stream()
                .map(String::valueOf)
                .toList();
    }

    String defaultLocale() {
        return string(object(routesManifest.get("i18n")), "defaultLocale").orElse("");
    }

    /** Returns the default locales of domains, which two manifests name. */
    Map<String, String> domains() {
        Map<String, Object> i18n = object((config == null ? routesManifest : config).get("i18n"));
        Map<String, String> domains = new LinkedHashMap<>();
        for (Object value : list(i18n, "domains")) {
            Map<String, Object> domain = object(value);
            domains.put(
                    string(domain, "domain").orElse(""),
                    string(domain, "defaultLocale").orElse(""));
        }
        return domains;
    }

    /** Lists the rules of {@code headers()} that send a header, with base path and locales as the build wrote them. */
    List<PageTags.HeaderRule> headerRules(String name) {
        List<PageTags.HeaderRule> rules = new ArrayList<>();
        for (Object value : list(routesManifest, "headers")) {
            Map<String, Object> rule = object(value);
            for (Object sent : list(rule, "headers")) {
                Map<String, Object> header = object(sent);
                if (string(header, "key").orElse("").equalsIgnoreCase(name)) {
                    rules.add(new PageTags.HeaderRule(
                            string(rule, "source").orElse(""),
                            string(header, "value").orElse(""),
                            !Boolean.FALSE.equals(rule.get("locale"))));
                }
            }
        }
        return rules;
    }

    /**
     * Lists the rewrites inside the site in the order in which they are tried. Base path and locales are in them already
     * (Next.js, {@code load-custom-routes}). Before {@code beforeFiles} and its siblings there was one list.
     */
    List<Rewrite> rewrites() {
        List<Object> lines = new ArrayList<>(list(routesManifest, "rewrites"));
        Map<String, Object> byPhase = object(routesManifest.get("rewrites"));
        for (String phase : List.of("beforeFiles", "afterFiles", "fallback")) {
            lines.addAll(list(byPhase, phase));
        }
        List<Rewrite> rewrites = new ArrayList<>();
        for (Object value : lines) {
            Map<String, Object> line = object(value);
            String destination = string(line, "destination").orElse("");
            if (destination.startsWith("/")) {
                rewrites.add(Rewrite.widening(string(line, "source").orElse(""), destination)
                        .withoutBasePath()
                        .withoutLocale());
            }
        }
        return rewrites;
    }

    Optional<TagCacheMode> tagCacheMode() {
        Map<String, Object> server = object(object(output.get("origins")).get("default"));
        return string(server, "tagCache").flatMap(name -> switch (name) {
            case "dynamodb" -> Optional.of(TagCacheMode.ORIGINAL);
            case "dynamodb-lite" -> Optional.of(TagCacheMode.LITE);
            case "dynamodb-nextMode", "ddb-nextMode" -> Optional.of(TagCacheMode.NEXT_MODE);
            default -> Optional.empty();
        });
    }

    String cachePrefix() {
        Map<String, Object> assets = object(object(output.get("origins")).get("s3"));
        return list(assets, "copy").stream()
                .map(BuildFiles::object)
                .filter(copy -> string(copy, "from").orElse("").endsWith("/cache"))
                .flatMap(copy -> string(copy, "to").stream())
                .findFirst()
                .orElse("");
    }

    Optional<PreviewId> previewId() {
        return string(object(prerender.get("preview")), "previewModeId").map(PreviewId::of);
    }

    Set<String> routes() {
        return Set.copyOf(object(prerender.get("dynamicRoutes")).keySet());
    }

    /** Lists the routes that serve nothing beyond what the build rendered, as cache keys name them. */
    Set<String> closedRoutes() {
        Set<String> closed = new HashSet<>();
        object(prerender.get("dynamicRoutes")).forEach((route, value) -> {
            if (Boolean.FALSE.equals(object(value).get("fallback"))) {
                closed.add(sourceOf(route));
            }
        });
        return closed;
    }

    /** Maps the hashes of route-scoped keys to their routes. */
    Map<String, String> sourceRoutes() {
        Set<String> sources = new HashSet<>(appEntries);
        sources.addAll(files.json("pages-manifest.json").keySet());
        return sources.stream().collect(Collectors.toUnmodifiableMap(CacheKey::hashOf, source -> source));
    }

    List<Prerendered> prerendered() {
        List<Prerendered> pages = new ArrayList<>();
        object(prerender.get("routes")).forEach((path, value) -> {
            Map<String, Object> line = object(value);
            Router router = router(line);
            String route =
                    string(line, "srcRoute").orElseGet(() -> router == Router.PAGES ? withoutLocale(path) : path);
            Duration revalidate = line.get("initialRevalidateSeconds") instanceof Number seconds
                    ? Duration.ofSeconds(seconds.longValue())
                    : null;
            String source = router == Router.PAGES ? route : sourceOf(route);
            pages.add(new Prerendered(router, path, route, source, revalidate));
        });
        return pages;
    }

    /** Only Pages Router pages have JSON data, and route handlers none at all (Next.js 16, {@code isRouteCacheOwner}). */
    private static Router router(Map<String, Object> line) {
        return string(line, "dataRoute")
                .map(data -> data.endsWith(".json") ? Router.PAGES : Router.APP_PAGE)
                .orElse(Router.APP_ROUTE);
    }

    /** Finds the app entry that renders a route: of several, the one without a slot, then the last by name (OpenNext). */
    private String sourceOf(String route) {
        return appEntries.stream()
                .filter(entry -> Page.pathOfEntry(entry).equals(route))
                .reduce((a, b) -> {
                    boolean slotA = a.contains("/@");
                    boolean slotB = b.contains("/@");
                    return slotA == slotB ? (a.compareTo(b) < 0 ? b : a) : slotA ? b : a;
                })
                .orElse(route);
    }

    private String withoutLocale(String path) {
        for (String locale : locales()) {
            if (path.equals("/" + locale)) {
                return "/";
            }
            if (path.startsWith("/" + locale + "/")) {
                return path.substring(locale.length() + 1);
            }
        }
        return path;
    }
}
