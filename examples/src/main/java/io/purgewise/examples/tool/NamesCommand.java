package io.purgewise.examples.tool;

import static io.purgewise.examples.tool.JsonFields.choice;
import static io.purgewise.examples.tool.JsonFields.flag;
import static io.purgewise.examples.tool.JsonFields.only;
import static io.purgewise.examples.tool.JsonFields.optionalText;
import static io.purgewise.examples.tool.JsonFields.quoted;
import static io.purgewise.examples.tool.JsonFields.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.StoredEntry;
import io.purgewise.cache.TableKey;
import io.purgewise.site.BuildId;
import io.purgewise.site.Router;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Answers questions about the names inside OpenNext's caches. */
@Command(
        name = "names",
        mixinStandardHelpOptions = true,
        description = {
            "Reads questions from standard input, a JSON object a line, and answers each with a JSON object.",
            "",
            "{\"op\":\"implicitTags\",\"page\":\"/blog/[slug]/page\",\"pathname\":\"/blog/a\"} -> {\"tags\":[...]}",
            "{\"op\":\"revalidatePath\",\"path\":\"/blog/a\",\"type\":null} -> {\"tags\":[...]}",
            "{\"op\":\"encodeTag\",\"tag\":\"café\"} -> {\"tag\":\"caf%%C3%%A9\"}",
            "{\"op\":\"cacheKey\",\"kind\":\"APP_PAGE\",\"sourceRoute\":\"/page\",\"pathname\":\"/\",\"routeScoped\":true}"
                    + " -> {\"key\":\"/route-cache/...\"}",
            "{\"op\":\"parseRow\",\"buildId\":\"B\",\"path\":\"B/products/1\"} -> {\"page\":\"/products/1\"}",
            "{\"op\":\"tableKey\",\"buildId\":\"B\",\"key\":\"a//b\"} -> {\"key\":\"B/a/b\"}"
        })
final class NamesCommand implements Callable<Integer> {

    private static final Map<String, List<String>> FIELDS = Map.of(
            "implicitTags", List.of("op", "page", "pathname"),
            "revalidatePath", List.of("op", "path", "type"),
            "encodeTag", List.of("op", "tag"),
            "cacheKey", List.of("op", "kind", "sourceRoute", "pathname", "routeScoped"),
            "parseRow", List.of("op", "buildId", "path"),
            "tableKey", List.of("op", "buildId", "key"));

    @Override
    public Integer call() throws IOException {
        return JsonLines.answer(System.in, System.out, NamesCommand::answer);
    }

    static JsonNode answer(JsonNode line) {
        ObjectNode answer = JsonLines.JSON.createObjectNode();
        String op = text(line, "op");
        List<String> fields = FIELDS.get(op);
        if (fields == null) {
            throw new IllegalArgumentException(
                    "op must be implicitTags, revalidatePath, encodeTag, cacheKey, parseRow or " + "tableKey, but was "
                            + quoted(line.get("op")));
        }
        only(line, fields.toArray(String[]::new));
        switch (op) {
            case "implicitTags" -> put(answer, PathTags.implicit(text(line, "page"), text(line, "pathname")));
            case "revalidatePath" -> put(answer, PathTags.revalidatePath(text(line, "path"), scope(line)));
            case "encodeTag" -> answer.put("tag", CacheTag.encodeHeaderSafe(text(line, "tag")));
            case "cacheKey" -> answer.put("key", "/" + key(line));
            case "parseRow" -> putRow(answer, BuildId.of(text(line, "buildId")), text(line, "path"));
            case "tableKey" -> answer.put("key", TableKey.of(BuildId.of(text(line, "buildId")), text(line, "key")));
            default -> throw new IllegalStateException("an operation has fields and no answer: " + op);
        }
        return answer;
    }

    private static CacheKey key(JsonNode line) {
        String pathname = text(line, "pathname");
        return flag(line, "routeScoped", false)
                ? CacheKey.routeScoped(choice(line, "kind", Router.class), text(line, "sourceRoute"), pathname)
                : CacheKey.plain(pathname);
    }

    private static PathTags.@Nullable Scope scope(JsonNode line) {
        String type = optionalText(line, "type").orElse("");
        return switch (type) {
            case "" -> null;
            case "page" -> PathTags.Scope.PAGE;
            case "layout" -> PathTags.Scope.LAYOUT;
            default ->
                throw new IllegalArgumentException(
                        "type must be page, layout or null, but was " + quoted(line.get("type")));
        };
    }

    private static void put(ObjectNode answer, List<String> tags) {
        tags.forEach(answer.putArray("tags")::add);
    }

    /** What has no URL is all one here: rows of 'use cache', shells of routes, rows of other builds. */
    private static void putRow(ObjectNode answer, BuildId build, String path) {
        StoredEntry entry = StoredEntry.ofTablePath(build, path);
        if (entry instanceof StoredEntry.PageEntry page) {
            answer.put("page", page.key().pathname());
        } else if (entry instanceof StoredEntry.FetchEntry fetch) {
            answer.put("fetch", fetch.hash());
        } else {
            answer.put("other", path);
        }
    }
}
