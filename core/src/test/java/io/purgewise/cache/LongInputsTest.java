package io.purgewise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.site.BuildId;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows that no name, however long and odd, takes more than linear time, overflows a stack or fills a message. */
class LongInputsTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final int LENGTH = 1_000_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                ".",
                "./",
                "../",
                "/",
                "//",
                "[",
                "[a]/",
                "]",
                "(",
                "(.)",
                "/(.)",
                "/(..)(..)",
                "@a/",
                "index/",
                "/[",
                "/[[...",
                "1:0",
                "1:01:",
                "0:",
                "ffffffff:",
                "1:01:[",
                "%",
                "%2F",
                ",",
                "é",
                "_N_T_/",
                "/page",
                "\\",
                "route-cache/PAGES/"
            })
    @Timeout(60)
    void everyFunctionTakesLongNames(String piece) {
        String text = piece.repeat(LENGTH / piece.length());
        quietly(() -> StoredEntry.ofTablePath(BUILD, "B/" + text));
        quietly(() -> StoredEntry.ofTablePath(BUILD, "B/route-cache/APP_PAGE/" + "0".repeat(64) + "/$/" + text));
        quietly(() -> new ObjectKeys("_cache").parse(BUILD, "_cache/B/" + text + ".cache"));
        quietly(() -> new ObjectKeys(text));
        quietly(() -> CacheKey.plain("/" + text));
        quietly(() -> CacheKey.routeScoped(Router.APP_PAGE, "/" + text, "/" + text));
        quietly(() -> CacheKey.denormalizePagePath("/" + text));
        quietly(() -> new CacheKey(text).page(Site.builder(BUILD).build(), Router.APP_PAGE));
        quietly(() -> new CacheKey(text).hasDynamicSegment());
        quietly(() -> PathTags.implicit("/" + text, "/a"));
        quietly(() -> PathTags.implicit(("/" + text).substring(0, 4000), "/" + text));
        quietly(() -> PathTags.revalidatePath("/" + text, null));
        quietly(() -> PathTags.ownPathTags(List.of(text)));
        quietly(() -> CacheTag.of(text));
        quietly(() -> CacheTag.encodeHeaderSafe(text));
        quietly(() -> TableKey.of(BUILD, text));
        quietly(() -> TableKey.ofNextModeTag(BUILD, text));
        quietly(() -> Shells.byTags(new CacheKey("a/[x]"), List.of("_N_T_/" + text + "/page")));
        quietly(() -> BuildIds.parse(text));
    }

    /** Took quadratic time and memory: each folder of an entry has a tag with all folders above it. */
    @Test
    void anEntryIsAsLongAsFoldersAre() {
        assertThat(PathTags.implicit("/a".repeat(2000), "/a")).hasSize(2002);
        assertThatThrownBy(() -> PathTags.implicit("/a".repeat(2049), "/a")).hasMessageContaining("at most 4096");
    }

    /** Takes what the function answers or says, which must be an argument's fault told in short. */
    private static void quietly(ThrowingCallable call) {
        try {
            call.call();
        } catch (IllegalArgumentException | UnknownBuildException told) {
            assertThat(told.getMessage()).hasSizeLessThan(1_500);
        } catch (Throwable other) {
            throw new AssertionError(other);
        }
    }
}
