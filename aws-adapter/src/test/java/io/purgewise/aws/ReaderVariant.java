package io.purgewise.aws;

import io.purgewise.cache.TagCacheMode;
import io.purgewise.site.NextVersion;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Names a reader of the tag table: a version of OpenNext from npm, its tag cache, and the site that it serves. */
record ReaderVariant(String openNext, TagCacheMode mode, String nextJs, String fixture) {

    private static final Path SOURCES = Path.of("src", "test", "readers");

    /** Installs all readers with npm, as the committed lock file pins them, and never into the sources. */
    static Path install() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Path.of("target", "readers").toAbsolutePath());
        for (String file : List.of("package.json", "package-lock.json", ".npmrc", "reader.mjs")) {
            Files.write(folder.resolve(file), Files.readAllBytes(SOURCES.resolve(file)));
        }
        File log = folder.resolve("npm.log").toFile();
        Process npm = start(new ProcessBuilder("npm", "ci", "--prefer-offline")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log));
        if (npm.waitFor() != 0) {
            throw new IllegalStateException(
                    "npm ci failed, it needs npm's registry: " + Files.readString(log.toPath()));
        }
        return folder;
    }

    /** Starts the reader on DynamoDB Local; it ends when its input does. */
    Process start(Path folder) {
        ProcessBuilder node =
                new ProcessBuilder("node", "--no-warnings", "reader.mjs", "opennext-" + openNext, tagCache(), nextJs);
        node.environment()
                .putAll(Map.of(
                        "AWS_ENDPOINT_URL_DYNAMODB",
                        DynamoServer.shared().endpoint().toString(),
                        "AWS_REGION",
                        "eu-west-1",
                        "AWS_ACCESS_KEY_ID",
                        "local",
                        "AWS_SECRET_ACCESS_KEY",
                        "local"));
        return start(node.directory(folder.toFile())
                .redirectError(folder.resolve("node.log").toFile()));
    }

    NextVersion nextVersion() {
        return NextVersion.parse(nextJs);
    }

    private String tagCache() {
        return switch (mode) {
            case ORIGINAL -> "dynamodb";
            case LITE -> "dynamodb-lite";
            case NEXT_MODE -> "dynamodb-nextMode";
        };
    }

    private static Process start(ProcessBuilder program) {
        try {
            return program.start();
        } catch (IOException e) {
            throw new UncheckedIOException("the profile readers needs npm and Node.js 20.6 or newer on the path", e);
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "OpenNext %s %s, Next.js %s, fixture %s", openNext, tagCache(), nextJs, fixture);
    }
}
