package io.purgewise.examples.tool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Lays out the manifests of the sample build as files. */
final class BuildFixture {

    private static final List<String> MANIFESTS = List.of(
            "BUILD_ID",
            "open-next.output.json",
            "prerender-manifest.json",
            "routes-manifest.json",
            "app-paths-manifest.json",
            "pages-manifest.json",
            "required-server-files.json");

    private BuildFixture() {}

    static void copyTo(Path folder) throws IOException {
        for (String name : MANIFESTS) {
            String resource = "/fixture-a/" + name;
            try (InputStream in = Objects.requireNonNull(BuildFixture.class.getResourceAsStream(resource), resource)) {
                Files.copy(in, folder.resolve(name));
            }
        }
    }
}
