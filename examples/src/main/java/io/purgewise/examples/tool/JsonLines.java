package io.purgewise.examples.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.purgewise.PurgewiseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Answers JSON objects, one a line, with JSON objects, one a line, in the same order. */
final class JsonLines {

    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonLines() {}

    /**
     * Answers every line of a stream; a bad line gets an {@code error} and the rest goes on.
     *
     * @return 0 if every line was answered, 1 if one was bad
     */
    static int answer(InputStream in, OutputStream out, UnaryOperator<JsonNode> answer) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        PrintWriter writer = new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), false);
        int exitCode = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isBlank()) {
                continue;
            }
            String text;
            try {
                text = JSON.writeValueAsString(answer.apply(parse(line)));
            } catch (IllegalArgumentException | ArithmeticException | PurgewiseException e) {
                exitCode = 1;
                text = JSON.writeValueAsString(JSON.createObjectNode().put("error", e.getMessage()));
            }
            writer.print(Output.escaped(text) + "\n");
        }
        writer.flush();
        if (writer.checkError()) {
            throw new IOException("standard output could not be written");
        }
        return exitCode;
    }

    private static JsonNode parse(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            if (!node.isObject()) {
                throw new IllegalArgumentException("line must be a JSON object, but was " + JsonFields.quoted(node));
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("line is no JSON: " + JsonFields.shortened(e.getOriginalMessage()), e);
        }
    }
}
