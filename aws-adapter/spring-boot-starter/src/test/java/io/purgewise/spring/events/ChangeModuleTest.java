package io.purgewise.spring.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.revalidate.Change;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ChangeModuleTest {

    private final JsonMapper json =
            JsonMapper.builder().addModule(new ChangeModule()).build();

    @Test
    void everyKindOfChangeIsWrittenAsTextAndReadAsWhatItWas() {
        for (String text : List.of("tag:product:7", "path:/gallery", "route:/blog/[slug]", "layout:/")) {
            Change change = Change.parse(text);

            assertThat(json.writeValueAsString(change)).isEqualTo("\"" + text + "\"");
            assertThat(json.readValue("\"" + text + "\"", change.getClass())).isEqualTo(change);
            assertThat(json.readValue("\"" + text + "\"", Change.class)).isEqualTo(change);
        }
    }

    @Test
    void whatIsNoChangeIsRefused() {
        assertThatThrownBy(() -> json.readValue("\"product 7\"", Change.class)).hasMessageContaining("product 7");
    }
}
