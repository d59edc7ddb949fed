package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cache.CacheKey;
import io.purgewise.cdn.Clearing;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.Site;
import io.purgewise.testkit.FakeCloudFront;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Null at any public entry point is a NullPointerException that names the parameter, before anything is done. Every public
 * method and constructor of a module is called with null for each of its parameters in turn.
 */
class NullArgumentsTest {

    /** Each is a class of the package to look at. */
    @ParameterizedTest
    @ValueSource(
            classes = {
                Site.class,
                CacheKey.class,
                PlanPolicy.class,
                Clearing.class,
                Revalidator.class,
                OutboxDrainer.class,
                HttpPageRenderer.class,
                FakeCloudFront.class
            })
    void nullIsRefusedByTheNameOfTheParameter(Class<?> ofPackage) throws IOException {
        List<String> accepted = new ArrayList<>();
        List<String> unreached = new ArrayList<>();
        int calls = 0;
        for (Class<?> type : publicClasses(ofPackage)) {
            if (type.getSimpleName().endsWith("Listener") && type.isInterface()) {
                continue; // what it hears it gets from us, and by default it does nothing
            }
            for (Executable member : members(type)) {
                for (int i = 0; i < member.getParameterCount(); i++) {
                    if (member.getParameterTypes()[i].isPrimitive() || isNullable(member, i)) {
                        continue;
                    }
                    String name = type.getName() + "#" + (member instanceof Method ? member.getName() : "new") + "("
                            + member.getParameters()[i].getName() + ")";
                    Samples samples = new Samples();
                    Object self = member instanceof Method method && !Modifier.isStatic(method.getModifiers())
                            ? samples.of(type)
                            : type;
                    @Nullable Object[] arguments = samples.of(member.getParameterTypes());
                    if (self == null || arguments == null) {
                        unreached.add(name);
                        continue;
                    }
                    arguments[i] = null;
                    calls++;
                    String end = end(member, self, arguments);
                    if (!end.equals(member.getParameters()[i].getName())) {
                        accepted.add(name + " " + end);
                    }
                }
            }
        }
        assertThat(accepted)
                .as("where null is not refused by name, of %d calls", calls)
                .isEmpty();
        assertThat(unreached)
                .as("calls without arguments at hand, beside %d that were made", calls)
                .hasSizeLessThan(calls);
    }

    /** Says how a call ended: with the message of its NullPointerException if it is one that names things. */
    private static String end(Executable member, Object self, @Nullable Object[] arguments) {
        FutureTask<String> call = new FutureTask<>(() -> {
            try {
                Object answer = member instanceof Method method
                        ? method.invoke(self, arguments)
                        : ((Constructor<?>) member).newInstance(arguments);
                return "ACCEPTED " + (answer == null ? "" : answer.getClass().getSimpleName());
            } catch (InvocationTargetException e) {
                Throwable thrown = Objects.requireNonNull(e.getCause());
                return thrown instanceof NullPointerException && thrown.getMessage() != null
                        ? thrown.getMessage()
                        : "THROWN " + thrown;
            }
        });
        Thread thread = new Thread(call);
        thread.setDaemon(true);
        thread.start();
        try {
            return call.get(5, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return "HANGS";
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Executable> members(Class<?> type) {
        List<Executable> members = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) {
            boolean called = Modifier.isPublic(method.getModifiers()) && !Modifier.isAbstract(method.getModifiers());
            if (called && !method.isSynthetic() && !method.getName().equals("equals") && !isOfEnum(method)) {
                members.add(method);
            }
        }
        if (!Modifier.isAbstract(type.getModifiers())) {
            members.addAll(List.of(type.getConstructors()));
        }
        return members;
    }

    private static boolean isOfEnum(Method method) {
        return method.getDeclaringClass().isEnum() && method.getName().equals("valueOf");
    }

    private static boolean isNullable(Executable member, int parameter) {
        return Arrays.stream(member.getAnnotatedParameterTypes()[parameter].getAnnotations())
                .anyMatch(Nullable.class::isInstance);
    }

    /** Lists what the package of a class lets others see. */
    static List<Class<?>> publicClasses(Class<?> ofPackage) throws IOException {
        URI place;
        try {
            place = ofPackage
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        Path path = Path.of(place);
        if (Files.isDirectory(path)) {
            return publicClasses(path, ofPackage);
        }
        try (FileSystem jar = FileSystems.newFileSystem(path)) {
            return publicClasses(jar.getPath("/"), ofPackage);
        }
    }

    private static List<Class<?>> publicClasses(Path root, Class<?> ofPackage) {
        List<Class<?>> classes = new ArrayList<>();
        try (Stream<Path> files =
                Files.list(root.resolve(ofPackage.getPackageName().replace('.', '/')))) {
            for (Path file : files.sorted().toList()) {
                String name = root.relativize(file).toString().replace('/', '.');
                if (name.endsWith(".class") && !name.endsWith("-info.class")) {
                    Class<?> type = Class.forName(name.substring(0, name.length() - ".class".length()));
                    if (isVisible(type)) {
                        classes.add(type);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        return classes;
    }

    private static boolean isVisible(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
    }
}
