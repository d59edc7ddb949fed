import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Says how far the first build has come: on an empty repository {@code mvn -q} is silent for minutes while Maven downloads and
 * compiles. The parent POM's profiles {@code first-build} start it beside the build, by {@code java FirstBuild.java REPOSITORY
 * MODULE...}; it ends when the last module that is named is compiled, or Maven ends.
 */
class FirstBuild {

    public static void main(String[] args) throws Exception {
        List<String> modules = List.of(args).subList(1, args.length);
        System.err.println(
                "The first build: Maven downloads some 200 MB and compiles, which takes minutes. The next one is quiet.");
        long start = System.nanoTime();
        String last = "";
        ProcessHandle maven = ProcessHandle.current().parent().orElseThrow();
        for (int round = 0; maven.isAlive(); round++) {
            List<String> compiled = modules.stream()
                    .filter(module -> Files.exists(Path.of(module, "target", "classes", "io")))
                    .toList();
            if (compiled.size() == modules.size()) {
                return;
            }
            String state = megabytesIn(Path.of(args[0])) + " MB in the repository, compiled: "
                    + (compiled.isEmpty() ? "nothing yet" : String.join(", ", compiled));
            if (!state.equals(last) || round % 6 == 0) {
                System.err.printf("%4d s: %s%n", (System.nanoTime() - start) / 1_000_000_000, state);
            }
            last = state;
            Thread.sleep(5_000);
        }
    }

    /** What Maven renames or removes meanwhile is not counted. */
    private static long megabytesIn(Path folder) throws IOException {
        long[] bytes = new long[1];
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes[0] / 1_000_000;
    }
}
