package io.purgewise.revalidate;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cache.CacheTag;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.site.BuildId;
import io.purgewise.site.Site;
import io.purgewise.testkit.InMemoryTagCache;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shows the bound that {@link Marks} states: whatever a server renders while marks are written, nothing that was made
 * from old data outlives its mark.
 *
 * <p>The site has a fetch, an entry of {@code 'use cache'} made from it, another one made from that, and a page made from the
 * last. The table writes row by row and takes its time for each. Between any two rows a server renders entries anew, one
 * after the other, because their own time is over.
 */
class MarkDatesTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final String FETCH = "01".repeat(32);
    private static final String INNER = "[\"80aa\",[],[\"B\"]]";
    private static final String OUTER = "[\"80bb\",[],[\"B\"]]";
    private static final String PAGE = "products/1";
    private static final List<String> CHAIN = List.of(FETCH, INNER, OUTER, PAGE);
    private static final List<List<String>> RENDERED = List.of(
            List.of(INNER),
            List.of(OUTER),
            List.of(PAGE),
            List.of(INNER, OUTER),
            List.of(OUTER, PAGE),
            List.of(INNER, PAGE),
            List.of(INNER, OUTER, PAGE));

    /** Further fetches with the tag, half of them marked before the chain and half after it. */
    private static final int OTHERS = 6;

    /** Says when an entry was stored, as S3 dates it, and whether it holds the new content. */
    private record Stored(Instant at, boolean isNew) {}

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T10:00:00.400Z"));
    private final Map<String, Stored> store = new LinkedHashMap<>();
    private InMemoryTagCache table = InMemoryTagCache.create();

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 30, 80, 350, 3_000, 30_000})
    void nothingThatIsRenderedWhileMarksAreWrittenKeepsOldContent(long millisPerRow) {
        for (List<String> rendered : RENDERED) {
            for (int gap = 0; gap <= 12; gap++) {
                for (int after = 0; after <= 3 * (OTHERS + CHAIN.size()); after++) {
                    play(Duration.ofMillis(millisPerRow), rendered, after, gap);
                }
            }
        }
    }

    private void play(Duration perRow, List<String> rendered, int after, int gap) {
        table = InMemoryTagCache.create();
        for (int i = 0; i < OTHERS; i++) {
            String hash = (i % 2 == 0 ? "00" : "ff").repeat(31) + "0" + i;
            table.seed(List.of(TagRow.registered("B/products", "B/" + hash)));
        }
        for (String entry : CHAIN) {
            table.seed(List.of(TagRow.registered("B/products", "B/" + entry)));
            store.put(entry, new Stored(second().minusSeconds(3600), false));
        }
        int[] row = {0};
        TagMarker marker = TagMarker.of(
                writingRowByRow(() -> {
                    clock.advance(perRow);
                    row[0]++;
                    for (int i = 0; i < rendered.size(); i++) {
                        if (row[0] == after + i * gap) {
                            render(rendered.get(i));
                        }
                    }
                }),
                TagCacheMode.ORIGINAL,
                Site.builder(BUILD).build(),
                MarkPolicy.EXPIRE);
        Marking marking = marker.mark(BUILD, CacheTag.of("products"), List.of(), clock::instant);
        assertThat(marking.notes()).isEmpty();
        if (marking.dated().isAfter(clock.instant())) {
            clock.advance(Duration.between(clock.instant(), marking.dated()));
        }
        clock.advance(Duration.between(clock.instant(), second().plusSeconds(1)));
        assertThat(isNew(PAGE))
                .as("%s a row; %s rendered from row %s on, every %s rows", perRow, rendered, after, gap)
                .isTrue();
    }

    private TagCache writingRowByRow(Runnable meanwhile) {
        return new TagCache() {
            @Override
            public List<TagRow> rowsOfTag(String tag) {
                return table.rowsOfTag(tag);
            }

            @Override
            public List<TagRow> rowsOfPath(String path) {
                return table.rowsOfPath(path);
            }

            @Override
            public WriteReport write(Collection<TagRow> marks) {
                WriteReport report = WriteReport.EMPTY;
                for (TagRow mark : marks) {
                    meanwhile.run();
                    report = report.plus(table.write(List.of(mark)));
                }
                return report;
            }
        };
    }

    /** Answers an entry as a server does, which renders it first if its mark is newer. */
    private boolean isNew(String entry) {
        Instant stored = Objects.requireNonNull(store.get(entry), entry).at();
        if (table.rowsOfPath("B/" + entry).stream()
                .anyMatch(row -> row.revalidatedAt().isAfter(stored))) {
            render(entry);
        }
        return store.get(entry).isNew();
    }

    private void render(String entry) {
        int madeFrom = CHAIN.indexOf(entry) - 1;
        store.put(entry, new Stored(second(), madeFrom < 0 || isNew(CHAIN.get(madeFrom))));
    }

    private Instant second() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
