package io.purgewise.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Calls every public method and constructor of the package with one argument null. */
class NullArgumentsTest {

    private static final Site SITE =
            Site.builder(BuildId.of("B")).locales(List.of("en"), "en").build();

    private static final List<Object> SAMPLES = List.of(
            SITE,
            Site.builder(BuildId.of("B")),
            BuildId.of("B"),
            Page.of(Router.PAGES, "/a"),
            Rewrite.of("/a", "/b"),
            UrlPattern.exact("/a"),
            new UnnameableUrl("/~a", false),
            new CdnTag("t"),
            new PageUrls(List.of(), List.of()),
            PageTags.ofAllPages(),
            new PageTags.Tagged(List.of(), List.of()),
            new PageTags.Cover(new CdnTag("t"), Set.of(), Set.of()),
            new PageTags.ByPath("/a", "why"),
            new PageTags.HeaderRule("/a", "t", true),
            new NextVersion(16, 0, 0),
            Router.PAGES,
            NextVersion.Feature.ON_DEMAND_REVALIDATION,
            (VisitorPaths) page -> List.of(),
            (IntPredicate) c -> true,
            "/a");

    /** It asks the implementation, which is not ours. */
    private static final List<String> NOT_OURS = List.of("VisitorPaths");

    @Test
    void aNullIsRefusedByTheNameOfItsParameter() throws Exception {
        List<String> accepted = new ArrayList<>();
        int calls = 0;
        for (Class<?> type : publicTypes()) {
            List<Executable> executables = new ArrayList<>(List.of(type.getConstructors()));
            for (Method method : type.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
                    executables.add(method);
                }
            }
            for (Executable executable : executables) {
                for (int i = 0; i < executable.getParameterCount(); i++) {
                    if (mustNotBeNull(executable, i)) {
                        calls++;
                        String answer = callWithNull(executable, i);
                        if (!executable.getParameters()[i].getName().equals(answer)) {
                            accepted.add(executable + " with argument " + i + ": " + answer);
                        }
                    }
                }
            }
        }
        assertThat(accepted).isEmpty();
        assertThat(calls).isGreaterThan(50);
    }

    private static boolean mustNotBeNull(Executable executable, int index) {
        Parameter parameter = executable.getParameters()[index];
        boolean nullable = Arrays.stream(parameter.getAnnotatedType().getAnnotations())
                .anyMatch(each -> each.annotationType().getSimpleName().equals("Nullable"));
        boolean ofEveryObjectOrEnum = executable.getName().matches("equals|valueOf");
        return !parameter.getType().isPrimitive() && !nullable && !ofEveryObjectOrEnum;
    }

    private static String callWithNull(Executable executable, int index) throws ReflectiveOperationException {
        Class<?>[] types = executable.getParameterTypes();
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = i == index ? null : sample(types[i]);
        }
        try {
            Object answer = executable instanceof Method method
                    ? method.invoke(
                            Modifier.isStatic(method.getModifiers()) ? null : sample(method.getDeclaringClass()),
                            arguments)
                    : ((java.lang.reflect.Constructor<?>) executable).newInstance(arguments);
            return "accepted: " + answer;
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            return cause instanceof NullPointerException ? String.valueOf(cause.getMessage()) : String.valueOf(cause);
        }
    }

    private static Object sample(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        if (type == int.class) {
            return 1;
        }
        if (type == Set.class) {
            return Set.of();
        }
        if (Collection.class.isAssignableFrom(type)) {
            return List.of();
        }
        return SAMPLES.stream()
                .filter(type::isInstance)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no sample of " + type));
    }

    private static List<Class<?>> publicTypes() throws Exception {
        List<Class<?>> types = new ArrayList<>();
        Path classes = Path.of(
                Site.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (var files = java.nio.file.Files.list(classes.resolve("io/purgewise/site"))) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName()).replace(".class", "");
                Class<?> type = Class.forName("io.purgewise.site." + name);
                boolean ours = NOT_OURS.stream().noneMatch(name::startsWith);
                if (ours && Modifier.isPublic(type.getModifiers()) && !name.equals("package-info")) {
                    types.add(type);
                }
            }
        }
        return types;
    }
}
