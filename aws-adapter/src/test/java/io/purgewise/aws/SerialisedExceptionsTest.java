package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.PurgewiseException;
import io.purgewise.cache.CacheKey;
import io.purgewise.cdn.DistributionId;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.Site;
import io.purgewise.testkit.FakeCloudFront;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An exception that is serialised keeps what it carries, or refuses; it once came back with null for it. */
class SerialisedExceptionsTest {

    @Test
    void whatAnExceptionCarriesIsKeptOrTheExceptionRefuses() throws Exception {
        List<Class<?>> exceptions = exceptions();
        assertThat(exceptions).hasSizeGreaterThan(10);
        for (Class<?> type : exceptions) {
            boolean drops = Arrays.stream(type.getDeclaredFields())
                    .map(Field::getModifiers)
                    .anyMatch(modifiers -> Modifier.isTransient(modifiers) && !Modifier.isStatic(modifiers));
            boolean refuses = Arrays.stream(type.getDeclaredMethods())
                    .anyMatch(method -> method.getName().equals("writeObject"));
            assertThat(drops).as("%s drops fields in silence", type).isEqualTo(refuses);
            Object made = new Samples().of(type);
            if (made != null) {
                assertKeptOrRefused((PurgewiseException) made, refuses);
            }
        }
    }

    private static void assertKeptOrRefused(PurgewiseException made, boolean refuses) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(made);
        } catch (NotSerializableException refused) {
            assertThat(refuses)
                    .as("%s refuses: %s", made.getClass(), refused.getMessage())
                    .isTrue();
            return;
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            Object read = in.readObject();
            for (Method method : made.getClass().getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers()) && method.getParameterCount() == 0) {
                    assertThat(String.valueOf(method.invoke(read)))
                            .as(method.toString())
                            .isEqualTo(String.valueOf(method.invoke(made)));
                }
            }
        }
    }

    private static List<Class<?>> exceptions() throws IOException {
        List<Class<?>> exceptions = new ArrayList<>();
        for (Class<?> ofPackage : List.of(
                PurgewiseException.class,
                Site.class,
                CacheKey.class,
                PlanPolicy.class,
                DistributionId.class,
                Revalidator.class,
                OutboxDrainer.class,
                HttpPageRenderer.class,
                FakeCloudFront.class)) {
            for (Class<?> type : NullArgumentsTest.publicClasses(ofPackage)) {
                if (PurgewiseException.class.isAssignableFrom(type)) {
                    exceptions.add(type);
                }
            }
        }
        return exceptions;
    }
}
