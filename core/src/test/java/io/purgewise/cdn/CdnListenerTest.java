package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CdnListenerTest {

    /** All events there are, those to come included. */
    static Stream<Method> events() {
        return Stream.of(CdnListener.class.getMethods()).filter(method -> method.getReturnType() == void.class);
    }

    @ParameterizedTest
    @MethodSource("events")
    void bothOfTwoListenersHearEveryEventInOrder(Method event) throws ReflectiveOperationException {
        List<String> heard = new ArrayList<>();
        CdnListener both = named("first", heard).and(named("second", heard));
        event.invoke(
                both,
                Stream.of(event.getParameterTypes()).map(CdnListenerTest::any).toArray());
        assertThat(heard).containsExactly("first " + event.getName(), "second " + event.getName());
    }

    private static CdnListener named(String name, List<String> heard) {
        return (CdnListener) Proxy.newProxyInstance(
                CdnListener.class.getClassLoader(), new Class<?>[] {CdnListener.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("and")) {
                        return InvocationHandler.invokeDefault(proxy, method, arguments);
                    }
                    heard.add(name + " " + method.getName());
                    return null;
                });
    }

    private static @Nullable Object any(Class<?> type) {
        if (type == int.class) {
            return 0;
        }
        return type == long.class ? 0L : null;
    }
}
