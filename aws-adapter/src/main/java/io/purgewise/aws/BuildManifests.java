package io.purgewise.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.TagReader;
import io.purgewise.site.AppPath;
import io.purgewise.site.Router;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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

    private static final List<String> FOLDERS = List.of("", ".next", ".next/server", ".open-next");
    private static final JsonFactory JSON = new JsonFactory();

    private final Path folder;
    private final Map<String, Object> output;
    private final Map<String, Object> prerender;
    private final Map<String, Object> routesManifest;
    private final Set<String> appEntries;

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
        this.folder = folder;
        output = json("open-next.output.json");
        prerender = json("prerender-manifest.json");
        routesManifest = json("routes-manifest.json");
        appEntries = json("app-paths-manifest.json").keySet();
    }

    String buildId() {
        return text("BUILD_ID").strip();
    }

    String basePath() {
        return string(routesManifest, "basePath").orElse("");
    }

    /** The setting itself is in no manifest; with it, Next.js adds a redirect to the form with a slash. */
    boolean trailingSlash() {
        return list(routesManifest, "redirects").stream()
                .map(BuildManifests::object)
                .anyMatch(redirect -> Boolean.TRUE.equals(redirect.get("internal"))
                        && string(redirect, "destination").orElse("").matches("/:\\w+/"));
    }

    List<String> locales() {
        return list(object(routesManifest.get("i18n")), "locales").stream()
                .map(String::valueOf)
                .toList();
    }

    String defaultLocale() {
        return string(object(routesManifest.get("i18n")), "defaultLocale").orElse("");
    }

    Optional<TagReader> tagReader() {
        Map<String, Object> server = object(object(output.get("origins")).get("default"));
        return string(server, "tagCache").flatMap(name -> switch (name) {
            case "dynamodb" -> Optional.of(TagReader.DYNAMODB);
            case "dynamodb-lite" -> Optional.of(TagReader.DYNAMODB_LITE);
            case "dynamodb-nextMode", "ddb-nextMode" -> Optional.of(TagReader.DYNAMODB_NEXT_MODE);
            default -> Optional.empty();
        });
    }

    String cachePrefix() {
        Map<String, Object> assets = object(object(output.get("origins")).get("s3"));
        return list(assets, "copy").stream()
                .map(BuildManifests::object)
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
        sources.addAll(json("pages-manifest.json").keySet());
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
                .filter(entry -> AppPath.ofEntry(entry).equals(route))
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

    private String text(String name) {
        try {
            for (String place : FOLDERS) {
                Path file = folder.resolve(place).resolve(name);
                if (Files.isRegularFile(file)) {
                    return Files.readString(file);
                }
            }
            throw new FileNotFoundException(name);
        } catch (IOException e) {
            throw new BuildOutputException(
                    "build output " + folder + " has no readable " + name
                            + "; give the folder in which next and open-next were run",
                    e);
        }
    }

    private Map<String, Object> json(String name) {
        try (JsonParser json = JSON.createParser(text(name))) {
            json.nextToken();
            return object(value(json));
        } catch (IOException e) {
            throw new BuildOutputException("build output " + folder + " has a " + name + " that is no JSON", e);
        }
    }

    private static @Nullable Object value(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String field = json.currentName();
                json.nextToken();
                object.put(field, value(json));
            }
            return object;
        }
        if (token == JsonToken.START_ARRAY) {
            List<@Nullable Object> list = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(json));
            }
            return list;
        }
        if (token == null || token == JsonToken.VALUE_NULL) {
            return null;
        }
        return token.isBoolean()
                ? (Object) json.getBooleanValue()
                : token.isNumeric() ? json.getNumberValue() : json.getText();
    }

    private static Map<String, Object> object(@Nullable Object value) {
        Map<String, Object> object = new HashMap<>();
        if (value instanceof Map<?, ?> map) {
            object = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (entry.getValue() != null) {
                    object.put(String.valueOf(entry.getKey()), entry.getValue());
                }
            }
        }
        return object;
    }

    private static List<?> list(Map<String, Object> object, String field) {
        return object.get(field) instanceof List<?> list ? list : List.of();
    }

    private static Optional<String> string(Map<String, Object> object, String field) {
        return object.get(field) instanceof String text ? Optional.of(text) : Optional.empty();
    }
}
