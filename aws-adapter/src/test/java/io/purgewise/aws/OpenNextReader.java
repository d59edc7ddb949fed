package io.purgewise.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.site.BuildId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks OpenNext's own code, which runs in a process of Node.js, see {@code src/test/readers/reader.mjs}. */
final class OpenNextReader implements AutoCloseable {

    /** Is what OpenNext makes of a stored entry, from the mildest on. */
    enum Verdict {
        /** Served as it is. */
        FRESH,
        /** Served while it is rendered anew. */
        STALE,
        /** Not served. */
        EXPIRED
    }

    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;

    OpenNextReader(ReaderVariant variant, Path folder) {
        this.process = variant.start(folder);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Gives the reader the entries of its cache. */
    void store(List<ObjectNode> entries) throws IOException {
        ObjectNode question = question("store");
        question.putArray("entries").addAll(entries);
        ask(question);
    }

    /** Lets the reader use a tag table from now on. */
    void open(LocalTagTable table, BuildId build) throws IOException {
        ask(question("open").put("table", table.name()).put("build", build.value()));
    }

    /** Revalidates tags as a server action does, and with a window as {@code revalidateTag(tag, {expire})} does. */
    void revalidate(List<String> tags, @Nullable Duration window) throws IOException {
        ObjectNode question = question("revalidate");
        tags.forEach(question.putArray("tags")::add);
        if (window != null) {
            question.putObject("durations").put("expire", window.toSeconds());
        }
        ask(question);
    }

    /** Reads every entry as if it had been stored at that time. */
    Map<String, Verdict> read(Instant storedAt) throws IOException {
        Map<String, Verdict> verdicts = new LinkedHashMap<>();
        ask(question("read").put("storedAt", storedAt.toEpochMilli()))
                .properties()
                .forEach(entry -> verdicts.put(
                        entry.getKey(), Verdict.valueOf(entry.getValue().textValue())));
        return verdicts;
    }

    private static ObjectNode question(String name) {
        return Fixture.JSON.createObjectNode().put("ask", name);
    }

    private JsonNode ask(ObjectNode question) throws IOException {
        questions.write(question + "\n");
        questions.flush();
        String line = answers.readLine();
        if (line == null) {
            throw new IllegalStateException("the reader ended, see target/readers/node.log");
        }
        JsonNode answer = Fixture.JSON.readTree(line);
        if (answer.has("problems")) {
            throw new IllegalStateException(question.get("ask") + ": " + answer.get("problems"));
        }
        return answer.get("answer");
    }

    @Override
    public void close() throws IOException {
        try (questions;
                answers) {
            process.destroy();
        }
    }
}
