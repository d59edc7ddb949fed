package io.purgewise.aws;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Starts JVMs with this test's class path, as quickly as can be: the classes of the first one are archived when it ends (class
 * data sharing, which wants jars and no folders), since most of the time of a process that is killed soon is its start.
 */
final class WorkerJvm {

    /** DynamoDB Local, which a worker does not need, brings a manifest that class data sharing refuses. */
    private static final Pattern NEEDED = Pattern.compile(
            "/(software/amazon|org/reactivestreams|org/slf4j|org/jspecify|com/fasterxml/jackson/core|purgewise)");

    private final Path folder;
    private final String classPath;
    private final Path archive;

    WorkerJvm(Path folder) throws IOException {
        this.folder = folder;
        this.archive = folder.resolve("classes.jsa");
        List<String> jars = new ArrayList<>();
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String each : path.split(File.pathSeparator, -1)) {
            Path element = Path.of(each);
            if (Files.isDirectory(element)) {
                jars.add(jar(element, jars.size()).toString());
            } else if (NEEDED.matcher(element.toUri().getPath()).find()) {
                jars.add(each);
            }
        }
        this.classPath = String.join(File.pathSeparator, jars);
    }

    private Path jar(Path classes, int number) throws IOException {
        Path jar = folder.resolve("classes-" + number + ".jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> files = Files.walk(classes)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(each).toString().replace(File.separatorChar, '/')));
                Files.copy(each, out);
            }
        }
        return jar;
    }

    /** Starts a JVM that ends by itself, and archives its classes. */
    void train(List<String> arguments) throws IOException, InterruptedException {
        Process process = start("-XX:ArchiveClassesAtExit=" + archive, arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the first worker failed: " + output);
        }
    }

    Process start(List<String> arguments) throws IOException {
        return start("-XX:SharedArchiveFile=" + archive, arguments);
    }

    private Process start(String option, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                option,
                "-Xlog:disable",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx192m",
                "-cp",
                classPath,
                DrainWorkerMain.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
