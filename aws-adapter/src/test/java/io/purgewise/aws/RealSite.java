package io.purgewise.aws;

import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.PageTags;
import io.purgewise.site.Site;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Is one variant of the site in {@code src/test/readers/site}, built by Next.js and OpenNext from npm with the rules of page tags,
 * and served by OpenNext's own server on loopback until it is closed.
 */
final class RealSite implements AutoCloseable {

    static final String HEADER = "x-page-tags";

    private static final NextVersion NEXT = NextVersion.parse("16.4.6");
    private static final Path SOURCES = Path.of("src", "test", "readers", "site");
    /** Where Next.js and OpenNext are installed; what is built below it finds them. */
    static final Path TARGET = Path.of("target", "readers-site").toAbsolutePath();

    private final OpenNextBuild build;
    private final Process server;
    private final URI origin;

    private RealSite(OpenNextBuild build, Process server, URI origin) {
        this.build = build;
        this.server = server;
        this.origin = origin;
    }

    /** Installs Next.js and OpenNext, as the committed lock file pins them. */
    static void install() throws IOException, InterruptedException {
        Files.createDirectories(TARGET);
        for (String file : List.of("package.json", "package-lock.json", ".npmrc")) {
            Files.copy(SOURCES.resolve(file), TARGET.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        run(TARGET, Map.of(), "npm", "ci", "--prefer-offline");
    }

    /**
     * Builds and serves a variant.
     *
     * @param variant its name in {@code next.config.mjs}
     * @param described the site as far as its rules depend on it
     * @param folders what it is made of, below the sources
     */
    static RealSite serve(String variant, Site.Builder described, String... folders)
            throws IOException, InterruptedException {
        Path folder = TARGET.resolve(variant);
        clear(folder);
        for (String file : List.of("package.json", "next.config.mjs", "open-next.config.ts")) {
            Files.copy(SOURCES.resolve(file), folder.resolve(file));
        }
        for (String from : folders) {
            Path source = SOURCES.resolve(from);
            copy(source, folder.resolve(String.valueOf(source.getFileName())));
        }
        Files.writeString(
                folder.resolve("page-tags.mjs"),
                "export " + PageTags.ofAllPages().nextConfig(described.build(), HEADER));
        Map<String, String> environment = Map.of("VARIANT", variant, "NEXT_TELEMETRY_DISABLED", "1");
        run(folder, environment, "npx", "open-next", "build");
        return start(folder);
    }

    static Site.Builder described() {
        return Site.builder(BuildId.of("not-known-yet"));
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private static RealSite start(Path folder) throws IOException, InterruptedException {
        int port = freePort();
        Path bundle = folder.resolve(Path.of(".open-next", "server-functions", "default"));
        ProcessBuilder node = new ProcessBuilder("node", "index.mjs")
                .directory(bundle.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server.log").toFile());
        node.environment().put("PORT", String.valueOf(port));
        Process server = node.start();
        while (server.isAlive()
                && !Files.readString(folder.resolve("server.log")).contains("Listening on port")) {
            server.waitFor(100, TimeUnit.MILLISECONDS);
        }
        if (!server.isAlive()) {
            throw new IllegalStateException(
                    "OpenNext's server has ended: " + Files.readString(folder.resolve("server.log")));
        }
        return new RealSite(OpenNextBuild.read(folder, NEXT, null), server, URI.create("http://localhost:" + port));
    }

    OpenNextBuild build() {
        return build;
    }

    URI origin() {
        return origin;
    }

    @Override
    public void close() {
        server.destroy();
    }

    static void run(Path folder, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path log = folder.resolve(command[0] + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        if (builder.start().waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command)
                    + " failed; it needs npm's registry and Node.js 20.6 or newer: " + Files.readString(log));
        }
    }

    static void copy(Path source, Path target) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path copied = target.resolve(source.relativize(file));
                Files.createDirectories(copied.getParent());
                Files.copy(file, copied, StandardCopyOption.REPLACE_EXISTING);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    static void clear(Path folder) throws IOException {
        if (Files.exists(folder)) {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(
                        Path left, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
                    Files.delete(left);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        Files.createDirectories(folder);
    }
}
