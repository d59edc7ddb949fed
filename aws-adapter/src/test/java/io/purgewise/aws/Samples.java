package io.purgewise.aws;

import io.purgewise.cache.CacheKey;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Site;
import io.purgewise.site.UrlPattern;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.PurgewiseAssertions;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a value of any type that a public method takes: known ones, else by the type's own factories and constructors. */
final class Samples {

    private static final int DEEPEST = 5;

    private static final Map<Class<?>, Object> KNOWN = new HashMap<>();

    static {
        put(String.class, "/a");
        put(CharSequence.class, "/a");
        put(int.class, 1);
        put(Integer.class, 1);
        put(long.class, 1L);
        put(Long.class, 1L);
        put(boolean.class, false);
        put(double.class, 1.0);
        put(char.class, 'a');
        put(byte[].class, new byte[0]);
        put(ByteBuffer.class, ByteBuffer.allocate(0));
        put(Instant.class, Instant.EPOCH);
        put(Duration.class, Duration.ofSeconds(1));
        put(YearMonth.class, YearMonth.of(2026, 11));
        put(InstantSource.class, InstantSource.fixed(Instant.EPOCH));
        put(RandomGenerator.class, new Random(1));
        put(List.class, List.of());
        put(Collection.class, List.of());
        put(Iterable.class, List.of());
        put(Set.class, Set.of());
        put(Map.class, Map.of());
        put(Stream.class, Stream.empty());
        put(Optional.class, Optional.empty());
        put(Path.class, Path.of("no-such-file"));
        put(URI.class, URI.create("http://127.0.0.1:1"));
        put(HttpClient.class, HttpClient.newHttpClient());
        put(Executor.class, (Executor) Runnable::run);
        put(Throwable.class, new IllegalStateException("sample"));
        put(Class.class, String.class);
        put(Object.class, "object");
        put(BuildId.class, BuildId.of("B"));
        put(Site.class, Site.builder(BuildId.of("B")).build());
        put(DistributionId.class, DistributionId.of("E1"));
        put(CacheKey.class, new CacheKey("k"));
        put(NextVersion.class, new NextVersion(16, 0, 0));
        put(UrlPattern.class, UrlPattern.parse("/a"));
        put(PurgewiseTable.class, new PurgewiseTable("purgewise"));
        put(PreviewId.class, PreviewId.of("0f"));
        Ambient ambient = new Ambient(InstantSource.fixed(Instant.EPOCH), duration -> {}, new Random(1));
        FakeCloudFront cloudFront = FakeCloudFront.builder(ambient.clock()).build();
        Clearing clearing = Clearing.builder(
                        InvalidationSubmitter.builder(cloudFront, ambient).build(), DistributionId.of("E1"))
                .build();
        put(Clearing.class, clearing);
        put(
                Revalidator.class,
                Revalidator.builder(Site.builder(BuildId.of("B")).build(), clearing)
                        .build());
    }

    private static void put(Class<?> type, Object value) {
        KNOWN.put(type, value);
    }

    /** Makes a value of each type; null if one cannot be made. */
    @Nullable
    Object @Nullable [] of(Class<?>[] types) {
        return of(types, 0);
    }

    /** Makes a value; null if it cannot be made. */
    @Nullable
    Object of(Class<?> type) {
        return of(type, 0);
    }

    private @Nullable Object @Nullable [] of(Class<?>[] types, int depth) {
        @Nullable Object[] values = new @Nullable Object[types.length];
        for (int i = 0; i < types.length; i++) {
            values[i] = of(types[i], depth);
            if (values[i] == null) {
                return null;
            }
        }
        return values;
    }

    private @Nullable Object of(Class<?> type, int depth) {
        if (KNOWN.containsKey(type)) {
            return KNOWN.get(type);
        }
        if (type.isArray()) {
            return java.lang.reflect.Array.newInstance(type.getComponentType(), 0);
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (depth > DEEPEST) {
            return null;
        }
        Object made = made(type, depth);
        return made == null && type.isInterface() && !type.isSealed() ? proxy(type, depth) : made;
    }

    private @Nullable Object made(Class<?> type, int depth) {
        for (Method method : type.getMethods()) {
            boolean factory = Modifier.isStatic(method.getModifiers()) && method.getReturnType() == type;
            Object value =
                    factory ? called(() -> method.invoke(null, of(method.getParameterTypes(), depth + 1))) : null;
            if (value != null) {
                return value;
            }
        }
        for (Constructor<?> constructor : type.getConstructors()) {
            Object value = called(() -> constructor.newInstance(of(constructor.getParameterTypes(), depth + 1)));
            if (value != null) {
                return value;
            }
        }
        Object built = built(type, depth);
        if (built != null) {
            return built;
        }
        Class<?> outer = type.getEnclosingClass();
        if (outer != null) {
            for (Method method : outer.getMethods()) {
                if (method.getReturnType() == type) {
                    boolean isStatic = Modifier.isStatic(method.getModifiers());
                    Object self = isStatic ? outer : of(outer, depth + 1);
                    Object value = self == null
                            ? null
                            : called(() -> method.invoke(self, of(method.getParameterTypes(), depth + 1)));
                    if (value != null) {
                        return value;
                    }
                }
            }
        }
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                Object value = of(permitted, depth + 1);
                if (value != null) {
                    return value;
                }
            }
        }
        return null;
    }

    /** Takes what a builder of the type builds, or what the testkit's assertions answer. */
    private @Nullable Object built(Class<?> type, int depth) {
        for (Class<?> nested : type.getClasses()) {
            for (Method method : nested.getMethods()) {
                boolean build = method.getReturnType() == type && method.getParameterCount() == 0;
                Object builder = build ? of(nested, depth + 1) : null;
                Object value = builder == null ? null : called(() -> method.invoke(builder));
                if (value != null) {
                    return value;
                }
            }
        }
        for (Method method : PurgewiseAssertions.class.getMethods()) {
            Object value = method.getReturnType() == type
                    ? called(() -> method.invoke(null, of(method.getParameterTypes(), depth + 1)))
                    : null;
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** Is a call by reflection. */
    private interface Call {
        @Nullable
        Object make() throws ReflectiveOperationException;
    }

    private static @Nullable Object called(Call call) {
        try {
            return call.make();
        } catch (ReflectiveOperationException | RuntimeException otherWay) {
            return null;
        }
    }

    @SuppressWarnings("ReferenceEquality") // a stand-in equals itself alone
    private Object proxy(Class<?> type, int depth) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
            if (method.isDefault()) {
                return InvocationHandler.invokeDefault(self, method, arguments);
            }
            Class<?> answer = method.getReturnType();
            return switch (method.getName()) {
                case "equals" -> self == arguments[0];
                case "hashCode" -> 1;
                case "toString" -> "a " + type.getSimpleName();
                default -> answer == void.class ? null : of(answer, depth + 1);
            };
        });
    }
}
