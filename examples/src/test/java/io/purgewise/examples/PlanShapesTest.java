package io.purgewise.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PlanShapesTest {

    @Test
    void theTableOfTheReadmeIsWhatThePlannerDoes() throws IOException {
        try (InputStream in = Objects.requireNonNull(PlanShapesTest.class.getResourceAsStream("/plan-shapes.md"))) {
            assertThat(PlanShapes.table()).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
