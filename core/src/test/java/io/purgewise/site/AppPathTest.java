package io.purgewise.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppPathTest {

    @ParameterizedTest
    @CsvSource({
        "/photos/1,/photos/1",
        "/,/",
        "/(.)photos/1,/photos/1",
        "/@modal/(.)photos/1,/photos/1",
        "/feed/(.)photos/[id],/feed/photos/[id]",
        "/feed/@modal/(..)photos/1,/photos/1",
        "/a/b/(..)(..)photos/1,/photos/1",
        "/a/b/c/(..)(..)x,/a/x",
        "/a/b/(...)photos/1,/photos/1",
        "/(shop)/feed/(..)photos/1,/photos/1",
        "/a/page/(.)b,/a/page/b",
        "/(shop)/deals,/(shop)/deals",
        "/a/x(.)y,/a/x(.)y",
    })
    void anInterceptedPathIsWhereItsMarkerPoints(String path, String expected) {
        assertThat(AppPath.intercepted(path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/(..)photos", "/a/(..)(..)photos", "/a/(.)", "/a/(.)/b"})
    void anImpossibleInterceptionIsRefused(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AppPath.intercepted(path))
                .withMessageContaining("\"" + path + "\"");
    }

    @Test
    void anEntryLosesWhatNoUrlShows() {
        assertThat(AppPath.ofEntry("/(shop)/deals/@side/page")).isEqualTo("/deals");
        assertThat(AppPath.ofEntry("/page")).isEqualTo("/");
        assertThat(AppPath.ofEntry("/feed/route")).isEqualTo("/feed");
        assertThat(AppPath.ofEntry("/%5Fhidden/page")).isEqualTo("/_hidden");
    }
}
