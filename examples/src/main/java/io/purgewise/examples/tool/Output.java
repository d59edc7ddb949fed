package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Writes lines in UTF-8, whatever the terminal's default is, as the JSON forms demand. What was stored or sent by others cannot
 * steer a terminal nor forge a line: its control characters are written as {@code \\u001b}. This class is not thread-safe.
 */
final class Output {

    private final PrintWriter out;

    private Output(PrintWriter out) {
        this.out = out;
    }

    static Output to(OutputStream stream) {
        return new Output(new PrintWriter(stream, false, StandardCharsets.UTF_8));
    }

    /** Writes a JSON object in a line; such characters stand in strings only, where their escaped form is the same. */
    void json(JsonNode object) {
        out.print(escaped(object.toString()) + "\n");
        out.flush();
    }

    /** Writes a line as {@link String#format} makes it. */
    void line(String format, Object... values) {
        Object[] shown = Arrays.stream(values)
                .map(value -> value instanceof Number ? value : escaped(String.valueOf(value)))
                .toArray();
        out.print(String.format(Locale.ROOT, format, shown) + "\n");
        out.flush();
    }

    /** Escapes control characters, those that turn the direction of text, and line separators. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int type = Character.getType(c);
            boolean steers = type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            escaped.append(steers ? String.format(Locale.ROOT, "\\u%04x", (int) c) : String.valueOf(c));
        }
        return escaped.toString();
    }
}
