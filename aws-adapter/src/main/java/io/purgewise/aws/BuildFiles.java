package io.purgewise.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the files of a build, wherever in its folder they lie. */
final class BuildFiles {

    private static final List<String> FOLDERS = List.of("", ".next", ".next/server", ".open-next");
    private static final JsonFactory JSON = new JsonFactory();

    private final Path folder;

    BuildFiles(Path folder) {
        this.folder = folder;
    }

    /** Reads a file wherever it lies; it must be there. */
    String text(String name) {
        try {
            Path file = find(name);
            if (file != null) {
                return Files.readString(file);
            }
            throw new FileNotFoundException(name);
        } catch (IOException e) {
            throw new BuildOutputException(
                    "build output " + folder + " has no readable " + name
                            + "; give the folder in which next and open-next were run",
                    e);
        }
    }

    private @Nullable Path find(String name) {
        for (String place : FOLDERS) {
            Path file = folder.resolve(place).resolve(name);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        return null;
    }

    /** Reads a file that holds a JSON object; null if it is not there. */
    @Nullable
    Map<String, Object> jsonIfThere(String name) {
        return find(name) == null ? null : json(name);
    }

    /** Reads a file that holds a JSON object; it must be there. */
    Map<String, Object> json(String name) {
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

    /** Takes a value for an object without the fields that are null; for an empty one if it is none. */
    static Map<String, Object> object(@Nullable Object value) {
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

    static List<?> list(Map<String, Object> object, String field) {
        return object.get(field) instanceof List<?> list ? list : List.of();
    }

    static Optional<String> string(Map<String, Object> object, String field) {
        return object.get(field) instanceof String text ? Optional.of(text) : Optional.empty();
    }
}
