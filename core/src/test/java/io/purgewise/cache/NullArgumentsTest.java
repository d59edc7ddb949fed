package io.purgewise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.PageRenderer.Rendering;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Hands null to every public entry point of the package: each says which parameter it was, before anything is done. */
class NullArgumentsTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00.400Z");
    private static final CacheKey KEY = new CacheKey("a");
    private static final Site SITE = Site.builder(BUILD).build();
    private static final Page PAGE = Page.of(Router.APP_PAGE, "/a");

    private static final TagCache TABLE = new TagCache() {
        @Override
        public List<TagRow> rowsOfTag(String tag) {
            return List.of();
        }

        @Override
        public List<TagRow> rowsOfPath(String path) {
            return List.of();
        }

        @Override
        public WriteReport write(Collection<TagRow> marks) {
            return WriteReport.EMPTY;
        }
    };

    private static final IncrementalCache STORE = (IncrementalCache) Proxy.newProxyInstance(
            IncrementalCache.class.getClassLoader(), new Class<?>[] {IncrementalCache.class}, (proxy, method, args) -> {
                throw new IllegalStateException("not to be asked");
            });

    private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
            Map.entry(String.class, "a"),
            Map.entry(BuildId.class, BUILD),
            Map.entry(Instant.class, NOW),
            Map.entry(Duration.class, Duration.ofSeconds(1)),
            Map.entry(CacheKey.class, KEY),
            Map.entry(CacheTag.class, CacheTag.of("t")),
            Map.entry(Site.class, SITE),
            Map.entry(Page.class, PAGE),
            Map.entry(NextVersion.class, NextVersion.parse("16.4.6")),
            Map.entry(Collection.class, List.of()),
            Map.entry(List.class, List.of()),
            Map.entry(Set.class, Set.of()),
            Map.entry(Map.class, Map.of()),
            Map.entry(Supplier.class, (Supplier<Instant>) () -> NOW),
            Map.entry(Consumer.class, (Consumer<Object>) any -> {}),
            Map.entry(Throwable.class, new IllegalStateException("x")),
            Map.entry(TagCache.class, TABLE),
            Map.entry(IncrementalCache.class, STORE),
            Map.entry(TagRow.class, TagRow.registered("t", "p")),
            Map.entry(TagRow.Key.class, new TagRow.Key("t", "p")),
            Map.entry(WriteReport.class, WriteReport.EMPTY),
            Map.entry(TagIndex.class, TagIndex.empty(BUILD)),
            Map.entry(StoredEntry.class, new StoredEntry.PageEntry(KEY)),
            Map.entry(ObjectKeys.class, new ObjectKeys("")),
            Map.entry(BuildIds.Live.class, BuildIds.Live.of(BUILD)),
            Map.entry(BuildIds.class, BuildIds.fixed(BUILD)));

    private static final List<Class<?>> TYPES = List.of(
            BuildIds.class,
            CacheAccessException.class,
            CacheEntry.class,
            CacheKey.class,
            CacheTag.class,
            CorruptEntryException.class,
            IncrementalCache.Entries.class,
            IncrementalCache.Slice.class,
            CacheKey.Format.class,
            ListedEntry.class,
            BuildIds.Live.class,
            ObjectKeys.class,
            PathTags.class,
            Rendering.class,
            StoredEntry.class,
            StoredEntry.FetchEntry.class,
            StoredEntry.OtherEntry.class,
            StoredEntry.PageEntry.class,
            StoredEntry.ShellEntry.class,
            StoredEntry.UseCacheEntry.class,
            TableKey.class,
            TagCacheMode.class,
            TagIndex.class,
            TagIndex.State.class,
            TagIndex.Step.class,
            TagRow.class,
            TagRow.Key.class,
            UnknownBuildException.class,
            WriteReport.class,
            WriteReport.Result.class);

    @Test
    void nullIsNamedAtEveryEntryPoint() {
        List<String> accepted = new ArrayList<>();
        int tried = 0;
        for (Class<?> type : TYPES) {
            for (Executable entry : entryPoints(type)) {
                Parameter[] parameters = entry.getParameters();
                for (int i = 0; i < parameters.length; i++) {
                    if (!parameters[i].getType().isPrimitive() && !isNullable(entry, i)) {
                        tried++;
                        String answer = answerTo(type, entry, i);
                        if (!answer.equals(parameters[i].getName())) {
                            accepted.add(entry + ", " + parameters[i].getName() + ": " + answer);
                        }
                    }
                }
            }
        }
        assertThat(accepted).isEmpty();
        assertThat(tried).isGreaterThan(100);
    }

    private static List<Executable> entryPoints(Class<?> type) {
        Stream<Executable> methods = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !method.isSynthetic() && !method.isBridge())
                .filter(method ->
                        !method.getName().equals("equals") && !method.getName().equals("valueOf"))
                .map(method -> method);
        return Stream.concat(methods, Arrays.stream(type.getDeclaredConstructors()))
                .filter(entry -> Modifier.isPublic(entry.getModifiers()))
                .filter(entry -> !Modifier.isAbstract(entry.getModifiers()))
                .toList();
    }

    private static boolean isNullable(Executable entry, int parameter) {
        return entry.getAnnotatedParameterTypes()[parameter].isAnnotationPresent(Nullable.class);
    }

    private static String answerTo(Class<?> type, Executable entry, int nullAt) {
        Class<?>[] types = entry.getParameterTypes();
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = i == nullAt ? null : sample(types[i]);
        }
        try {
            if (entry instanceof Method method) {
                method.invoke(Modifier.isStatic(method.getModifiers()) ? null : sample(type), arguments);
            } else {
                ((java.lang.reflect.Constructor<?>) entry).newInstance(arguments);
            }
            return "accepted";
        } catch (InvocationTargetException thrown) {
            Throwable cause = thrown.getCause();
            return cause instanceof NullPointerException ? String.valueOf(cause.getMessage()) : String.valueOf(cause);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(entry.toString(), e);
        }
    }

    private static Object sample(Class<?> type) {
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (type == int.class) {
            return 1;
        }
        if (type == long.class) {
            return 1L;
        }
        if (type == boolean.class) {
            return false;
        }
        Object sample = SAMPLES.get(type);
        assertThat(sample).as("a sample of " + type).isNotNull();
        return sample;
    }
}
