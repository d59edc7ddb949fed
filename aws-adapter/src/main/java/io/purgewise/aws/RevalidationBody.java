package io.purgewise.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.purgewise.cache.PathTags;
import io.purgewise.revalidate.Change;
import io.purgewise.site.Page;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Writes changes for a route handler of the app, and reads what it answers. */
final class RevalidationBody implements Change.Visitor<Boolean> {

    private static final JsonFactory JSON = new JsonFactory();

    private final List<String> tags = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();
    private final List<Change.OfRoute> routes = new ArrayList<>();

    private RevalidationBody() {}

    /** Returns the body that asks for some changes. */
    static String of(List<Change> changes) {
        RevalidationBody body = new RevalidationBody();
        changes.forEach(change -> change.accept(body));
        return body.json();
    }

    /** Tells whether an answer is a JSON object, and nothing else, that says {@code "revalidated": true}. */
    static boolean confirms(String answer) {
        try (JsonParser json = JSON.createParser(answer)) {
            boolean revalidated = false;
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean named = json.currentName().equals("revalidated");
                JsonToken value = json.nextToken();
                revalidated = named ? value == JsonToken.VALUE_TRUE : revalidated;
                json.skipChildren();
            }
            return revalidated && json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null;
        } catch (IOException e) {
            return false; // No JSON; the problem quotes it.
        }
    }

    @Override
    public Boolean tag(Change.OfTag change) {
        return tags.add(change.tag().value());
    }

    @Override
    public Boolean path(Change.OfPath change) {
        return paths.add(change.path());
    }

    @Override
    public Boolean page(Change.OfPage change) {
        Page page = change.page();
        String locale = page.locale() == null ? "" : "/" + page.locale();
        return paths.add(locale.isEmpty() || !page.path().equals("/") ? locale + page.path() : locale);
    }

    @Override
    public Boolean route(Change.OfRoute change) {
        return routes.add(change);
    }

    @Override
    public Boolean everything(Change.Everything change) {
        return routes.add(Change.route("/", PathTags.Scope.LAYOUT));
    }

    private String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            array(json, "tags", tags);
            array(json, "paths", paths);
            json.writeArrayFieldStart("routes");
            for (Change.OfRoute route : routes) {
                json.writeStartObject();
                json.writeStringField("path", route.pattern());
                json.writeStringField("type", route.scope() == PathTags.Scope.PAGE ? "page" : "layout");
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string takes everything", e);
        }
        return text.toString();
    }

    private static void array(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
