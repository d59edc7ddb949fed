package io.purgewise.aws;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A bug that somebody might make in a class of ours: a piece of its source, and what stands there instead. It is compiled here, and a
 * simulation that is loaded with it is to find it.
 *
 * @param name what goes wrong, in words
 * @param type the simple name of the class that has it
 * @param original the piece of source, in which any white space counts as one space
 * @param replacement what stands there instead
 */
record SeededBug(String name, String type, String original, String replacement) {

    private static final List<Path> SOURCES = List.of(Path.of("../core/src/main/java"), Path.of("src/main/java"));

    /** Reads the list. */
    static List<SeededBug> all() {
        try (InputStream in = Objects.requireNonNull(SeededBug.class.getResourceAsStream("/seeded-bugs.txt"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            List<SeededBug> bugs = new ArrayList<>();
            for (String block : text.split("\\R\\R+", -1)) {
                List<String> lines =
                        block.lines().filter(line -> !line.isBlank()).toList();
                if (!block.startsWith("#") && !lines.isEmpty()) {
                    bugs.add(new SeededBug(
                            lines.get(0),
                            lines.get(1),
                            lines.get(2).substring(2),
                            lines.get(3).substring(1).strip()));
                }
            }
            return bugs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path source() {
        for (Path root : SOURCES) {
            try (Stream<Path> files = Files.walk(root)) {
                List<Path> found =
                        files.filter(file -> file.endsWith(type + ".java")).toList();
                if (found.size() == 1) {
                    return found.get(0);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new AssertionError("no class " + type + " for the seeded bug \"" + name + "\"");
    }

    /** Returns the class's source with the bug in it. */
    String applied() {
        try {
            String text = Files.readString(source());
            String tokens = Arrays.stream(original.split("\\s+", -1))
                    .map(Pattern::quote)
                    .collect(Collectors.joining("\\s+"));
            Matcher matcher = Pattern.compile(tokens).matcher(text);
            if (!matcher.find()) {
                throw new AssertionError(
                        type + " has no \"" + original + "\" any more; put the seeded bug \"" + name + "\" anew");
            }
            String changed = text.substring(0, matcher.start()) + replacement + text.substring(matcher.end());
            if (matcher.find()) {
                throw new AssertionError(
                        type + " has \"" + original + "\" more than once; say more of the seeded bug \"" + name + "\"");
            }
            return changed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compiles the class with the bug, and loads all of our classes anew with it. */
    ClassLoader loaded() {
        Map<String, byte[]> classes = compiled(sources());
        return new ClassLoader(SeededBug.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String className, boolean resolve) throws ClassNotFoundException {
                if (!className.startsWith("io.purgewise.")) {
                    return super.loadClass(className, resolve);
                }
                synchronized (getClassLoadingLock(className)) {
                    Class<?> known = findLoadedClass(className);
                    return known != null ? known : define(className);
                }
            }

            private Class<?> define(String className) throws ClassNotFoundException {
                byte[] bytes = classes.get(className);
                String resource = className.replace('.', '/') + ".class";
                try (InputStream in = getParent().getResourceAsStream(resource)) {
                    if (bytes == null && in == null) {
                        throw new ClassNotFoundException(className);
                    }
                    byte[] all = bytes == null ? Objects.requireNonNull(in).readAllBytes() : bytes;
                    return defineClass(className, all, 0, all.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(className, e);
                }
            }
        };
    }

    /** The whole package is compiled, since the compiler copies constants of a class into others. */
    private List<JavaFileObject> sources() {
        Path buggy = source();
        try (Stream<Path> files = Files.list(Objects.requireNonNull(buggy.getParent()))) {
            List<JavaFileObject> sources = new ArrayList<>();
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                String text = file.equals(buggy) ? applied() : Files.readString(file);
                sources.add(
                        new SimpleJavaFileObject(
                                URI.create("string:///" + file.getFileName()), JavaFileObject.Kind.SOURCE) {
                            @Override
                            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                                return text;
                            }
                        });
            }
            return sources;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, byte[]> compiled(List<JavaFileObject> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        Map<String, ByteArrayOutputStream> written = new HashMap<>();
        try (JavaFileManager files =
                new ForwardingJavaFileManager<>(
                        compiler.getStandardFileManager(problems, null, StandardCharsets.UTF_8)) {
                    @Override
                    public JavaFileObject getJavaFileForOutput(
                            Location location,
                            String className,
                            JavaFileObject.Kind kind,
                            @Nullable FileObject sibling) {
                        return new SimpleJavaFileObject(URI.create("bytes:///" + className), kind) {
                            @Override
                            public OutputStream openOutputStream() {
                                ByteArrayOutputStream out = new ByteArrayOutputStream();
                                written.put(className, out);
                                return out;
                            }
                        };
                    }
                }) {
            List<String> options = List.of("-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path"));
            if (!compiler.getTask(null, files, problems, options, null, sources).call()) {
                throw new AssertionError(type + " does not compile with its bug: "
                        + problems.getDiagnostics().stream()
                                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                                .toList());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, byte[]> bytes = new HashMap<>();
        written.forEach((className, out) -> bytes.put(className, out.toByteArray()));
        return bytes;
    }
}
