package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.examples.tool.ToolProcess.Run;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Runs many command lines of the tool on one environment, each in a process that nobody else uses meanwhile and that the next one
 * takes over: most of what the tool costs is the start of a JVM with AWS's SDK. Only the exit of the process is left out, which
 * {@link ToolProcess} shows.
 */
final class ToolWorkers implements AutoCloseable {

    private final Map<String, String> environment;
    private final Deque<Worker> free = new ConcurrentLinkedDeque<>();
    private final Deque<Worker> all = new ConcurrentLinkedDeque<>();

    ToolWorkers(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Runs the tool in the current folder. */
    Run run(List<String> args) throws IOException {
        Worker worker = free.poll();
        if (worker == null) {
            worker = new Worker(ToolProcess.java(environment, ToolWorkers.class, List.of())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
            all.add(worker);
        }
        Run run = worker.run(args);
        free.push(worker);
        return run;
    }

    @Override
    public void close() {
        all.forEach(worker -> worker.process().destroy());
    }

    private record Worker(Process process, BufferedReader answers) {

        Worker(Process process) {
            this(process, new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
        }

        Run run(List<String> args) throws IOException {
            String question = JsonLines.JSON.writeValueAsString(args) + "\n";
            process.getOutputStream().write(question.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            String answer = Objects.requireNonNull(answers.readLine(), () -> "the tool's process ended with " + args);
            JsonNode run = JsonLines.JSON.readTree(answer);
            return new Run(
                    run.get("exitCode").asInt(),
                    run.get("out").asText(),
                    run.get("error").asText());
        }
    }

    /** Answers each line of standard input, a JSON array of arguments, by a line that says what the tool did with them. */
    public static void main(String[] none) throws IOException {
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        questions.lines().forEach(question -> {
            try {
                String[] args = JsonLines.JSON.readValue(question, String[].class);
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                ByteArrayOutputStream error = new ByteArrayOutputStream();
                System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
                System.setErr(new PrintStream(error, true, StandardCharsets.UTF_8));
                int exitCode = Purgewise.commandLine().execute(args);
                System.out.flush();
                System.err.flush();
                answers.println(JsonLines.JSON.writeValueAsString(Map.of(
                        "exitCode",
                        exitCode,
                        "out",
                        out.toString(StandardCharsets.UTF_8),
                        "error",
                        error.toString(StandardCharsets.UTF_8))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
