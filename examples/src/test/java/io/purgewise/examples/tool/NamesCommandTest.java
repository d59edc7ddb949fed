package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;

class NamesCommandTest {

    @Test
    void everyOperationAnswersInItsForm() throws JsonProcessingException {
        assertThat(answer("{'op':'implicitTags','page':'/feed/route','pathname':'/feed'}"))
                .isEqualTo("{'tags':['_N_T_/layout','_N_T_/feed/layout','_N_T_/feed/route','_N_T_/feed']}");
        assertThat(answer("{'op':'revalidatePath','path':'/','type':null}"))
                .isEqualTo("{'tags':['_N_T_/','_N_T_/index']}");
        assertThat(answer("{'op':'encodeTag','tag':'café'}")).isEqualTo("{'tag':'caf%C3%A9'}");
        assertThat(answer("{'op':'cacheKey','kind':'APP_PAGE','sourceRoute':'/page','pathname':'/','routeScoped':false}"))
                .contains("index");
        assertThat(answer("{'op':'parseRow','buildId':'B','path':'B/index'}")).isEqualTo("{'page':'/'}");
        assertThat(answer("{'op':'parseRow','buildId':'B','path':'B/" + "0a".repeat(32) + "'}"))
                .isEqualTo("{'fetch':'" + "0a".repeat(32) + "'}");
        assertThat(answer("{'op':'parseRow','buildId':'B','path':'C/index'}")).startsWith("{'other':");
        assertThat(answer("{'op':'tableKey','buildId':'B','key':'a//b'}")).isEqualTo("{'key':'B/a/b'}");
    }

    @Test
    void aKeyThatLeavesItsBuildIsAnError() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> answer("{'op':'tableKey','buildId':'B','key':'../x'}"))
                .withMessageContaining("../x");
    }

    @Test
    void anUnknownOperationIsAnErrorByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> answer("{'op':'nonsense'}"))
                .withMessageContaining("nonsense");
    }

    private static String answer(String line) throws JsonProcessingException {
        return NamesCommand.answer(JsonLines.JSON.readTree(line.replace('\'', '"')))
                .toString()
                .replace('"', '\'');
    }
}
