package io.purgewise.spring.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTextTest {

    /** A tag that held a line break wrote a line of its own into the log, and one with an escape coloured the terminal. */
    @Test
    void whatASenderWroteStaysOnItsLineAndPlain() {
        assertThat(LogText.escape("tag:a\nINFO paid \u001b[31mnothing\r\t\u2028\u202e\u0000\u009b"))
                .isEqualTo("tag:a\\u000aINFO paid \\u001b[31mnothing\\u000d\\u0009\\u2028\\u202e\\u0000\\u009b");
    }

    @Test
    void allElseStaysAsItIs() {
        assertThat(LogText.escape("tag:größe 7/日本 🎉 \\u000a")).isEqualTo("tag:größe 7/日本 🎉 \\u000a");
    }
}
