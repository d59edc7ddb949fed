package io.purgewise.examples.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the tool as a process of its own. */
final class ToolProcess {

    /** Is what a run left behind. */
    record Run(int exitCode, String out, String error) {

        /** Reads the only line of output. */
        JsonNode json() {
            List<JsonNode> lines = jsonLines();
            return lines.isEmpty() ? JsonLines.JSON.createObjectNode() : lines.get(0);
        }

        List<JsonNode> jsonLines() {
            List<JsonNode> lines = new ArrayList<>();
            try {
                for (String line : out.lines().toList()) {
                    lines.add(JsonLines.JSON.readTree(line));
                }
            } catch (JsonProcessingException e) {
                throw new AssertionError("no JSON lines: " + out + error, e);
            }
            return lines;
        }
    }

    private ToolProcess() {}

    static Run run(Map<String, String> environment, List<String> args) throws IOException, InterruptedException {
        return run(environment, Path.of(""), args);
    }

    /** Runs the tool in a folder, on an environment without any setting of AWS but those given. */
    static Run run(Map<String, String> environment, Path folder, List<String> args)
            throws IOException, InterruptedException {
        File errors = File.createTempFile("purgewise", ".err");
        Process process = java(environment, Purgewise.class, args)
                .redirectError(errors)
                .directory(folder.toAbsolutePath().toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the tool did not end: " + out);
        }
        String error = Files.readString(errors.toPath());
        Files.delete(errors.toPath());
        return new Run(process.exitValue(), out, error);
    }

    /** Describes a process that runs a class of this class path on such an environment. */
    static ProcessBuilder java(Map<String, String> environment, Class<?> main, List<String> args) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(args);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().putAll(environment);
        return builder;
    }
}
