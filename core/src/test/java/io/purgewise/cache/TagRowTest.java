package io.purgewise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TagRowTest {

    private static final Instant T = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);

    /** The order in which writers reach the table must not decide what readers see. */
    @Test
    void everyOrderOfMarksEndsInTheSameRow() {
        Random random = new Random(42);
        for (int round = 0; round < 500; round++) {
            List<TagRow> marks = new ArrayList<>();
            marks.add(TagRow.registered("t", "p"));
            for (int i = 0; i < 5; i++) {
                Instant time = T.plusMillis(random.nextInt(4));
                marks.add(
                        random.nextBoolean()
                                ? TagRow.expire("t", "p", time)
                                : TagRow.staleWhileRevalidate("t", "p", time, YEAR));
            }
            TagRow first = played(marks);
            Collections.shuffle(marks, random);
            assertThat(played(marks)).as("%s", marks).isEqualTo(first);
        }
    }

    @Test
    void aRowThatOpenNextWroteWithoutExpireIsAnExpiryToo() {
        TagRow old = new TagRow("t", "p", T, null, null);
        assertThat(TagRow.staleWhileRevalidate("t", "p", T.plusMillis(5), YEAR).over(old))
                .contains(new TagRow("t", "p", T.plusMillis(5), T.plusMillis(5), T));
        assertThat(TagRow.expire("t", "p", T.plusMillis(5)).over(old))
                .contains(TagRow.expire("t", "p", T.plusMillis(5)));
    }

    @Test
    void aStaleMarkWhoseWindowHasPassedCountsAsAnExpiry() {
        TagRow lapsed = TagRow.staleWhileRevalidate("t", "p", T, Duration.ofSeconds(1));
        assertThat(TagRow.staleWhileRevalidate("t", "p", T.plusSeconds(5), YEAR).over(lapsed))
                .contains(new TagRow("t", "p", T.plusSeconds(5), T.plusSeconds(5), T.plusSeconds(1)));
    }

    @Test
    void rowsOfOtherKeysAreNotCombined() {
        assertThatThrownBy(() -> TagRow.expire("t", "p", T).over(TagRow.registered("t", "q")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static TagRow played(List<TagRow> marks) {
        TagRow standing = TagRow.registered("t", "p");
        for (TagRow mark : marks) {
            standing = mark.over(standing).orElse(standing);
        }
        return standing;
    }
}
