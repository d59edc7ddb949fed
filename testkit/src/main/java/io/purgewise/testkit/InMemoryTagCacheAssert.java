package io.purgewise.testkit;

import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.site.BuildId;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.assertj.core.api.AbstractAssert;

/**
 * Asserts which rows of a tag table carry a mark. Start with {@link PurgewiseAssertions#assertThat(InMemoryTagCache)}.
 *
 * <p>A row that a build or a first rendering registered is no mark. This class is not thread-safe.
 */
public final class InMemoryTagCacheAssert extends AbstractAssert<InMemoryTagCacheAssert, InMemoryTagCache> {

    private static final int SHOWN = 10;

    InMemoryTagCacheAssert(InMemoryTagCache actual) {
        super(actual, InMemoryTagCacheAssert.class);
    }

    /**
     * Verifies that tags are marked: each has a row, and none without a mark.
     *
     * @param mode how the site uses the table
     * @param build the cache build ID
     * @param tags the tags as stored
     * @return this assertion
     */
    public InMemoryTagCacheAssert hasMarked(TagCacheMode mode, BuildId build, String... tags) {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(tags, "tags");
        isNotNull();
        for (String tag : tags) {
            List<TagRow> rows = actual.rowsOfTag(mode.tagKey(build, tag));
            if (rows.isEmpty()) {
                throw failure(
                        "Expected the tag to be marked%n  %s%nbut the table has no row%n  %s%nLikely mistake: %s.",
                        tag, mode.tagKey(build, tag), whyNoRow(mode, build, tag));
            }
            List<String> unmarked = rows.stream()
                    .filter(row -> !isMark(row))
                    .map(TagRow::path)
                    .limit(SHOWN)
                    .toList();
            if (!unmarked.isEmpty()) {
                throw failure(
                        "Expected the tag to be marked%n  %s%nbut of its %d rows these are not%n  %s%nLikely mistake: %s.",
                        tag,
                        rows.size(),
                        unmarked,
                        marks().isEmpty()
                                ? "nothing was marked at all: another table or another change"
                                : "some writes failed and were not tried again, see the receipt; or only one page was revalidated");
            }
        }
        return this;
    }

    /**
     * Verifies that no row of any of the tags carries a mark.
     *
     * @param mode how the site uses the table
     * @param build the cache build ID
     * @param tags the tags as stored
     * @return this assertion
     */
    public InMemoryTagCacheAssert hasNotMarked(TagCacheMode mode, BuildId build, String... tags) {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(tags, "tags");
        isNotNull();
        for (String tag : tags) {
            List<TagRow> marked = actual.rowsOfTag(mode.tagKey(build, tag)).stream()
                    .filter(InMemoryTagCacheAssert::isMark)
                    .toList();
            if (!marked.isEmpty()) {
                throw failure(
                        "Expected the tag not to be marked%n  %s%nbut it is%n  %s%nLikely mistake: a page's mark reaches the"
                                + " rows of the tags that it carries; MarkPolicy.reaching(OWN_DATA) leaves other pages alone.",
                        tag, shown(marked));
            }
        }
        return this;
    }

    /**
     * Verifies how many rows carry a mark.
     *
     * @param rows how many
     * @return this assertion
     */
    public InMemoryTagCacheAssert hasMarks(int rows) {
        isNotNull();
        List<TagRow> marks = marks();
        if (marks.size() != rows) {
            throw failure(
                    "Expected%n  %d marks%nbut there are%n  %d: %s%nLikely mistake: %s.",
                    rows,
                    marks.size(),
                    shown(marks),
                    marks.size() < rows
                            ? "marks are missing: writes failed, or fewer rows carry the tag than was thought"
                            : "a page's mark also reaches the rows of the tags that it carries, and each spelling of its path");
        }
        return this;
    }

    /**
     * Verifies that no row carries a mark.
     *
     * @return this assertion
     */
    public InMemoryTagCacheAssert hasNoMarks() {
        return hasMarks(0);
    }

    private String whyNoRow(TagCacheMode mode, BuildId build, String tag) {
        TagCacheMode other = mode.listsEntries() ? TagCacheMode.NEXT_MODE : TagCacheMode.ORIGINAL;
        if (!actual.rowsOfTag(other.tagKey(build, tag)).isEmpty()) {
            return "wrong mode: its rows are those of " + other + ", and marks in the wrong mode have no effect";
        }
        TreeSet<String> builds = new TreeSet<>();
        TreeSet<String> tags = new TreeSet<>();
        for (TagRow row : actual.rows()) {
            int slash = row.tag().indexOf('/');
            String name = row.tag().substring(slash + 1);
            if (!name.startsWith("_N_T_") && !name.startsWith("_tag/_N_T_")) {
                tags.add(name.startsWith("_tag/") ? name.substring("_tag/".length()) : name);
            }
            if (slash > 0 && (name.equals(tag) || name.equals("_tag/" + tag))) {
                builds.add(row.tag().substring(0, slash));
            }
        }
        if (!builds.isEmpty()) {
            return "wrong build ID: the tag has rows in " + builds + " and not in " + build;
        }
        return mode.listsEntries()
                ? "original mode marks only tags that an entry was rendered with; misspelled, or rows not seeded? The table has"
                        + " the app's tags " + ClearingHints.shown(tags)
                : "the tag was not revalidated, or misspelled; the table has the app's tags "
                        + ClearingHints.shown(tags);
    }

    private List<TagRow> marks() {
        return actual.rows().stream().filter(InMemoryTagCacheAssert::isMark).toList();
    }

    private static boolean isMark(TagRow row) {
        return row.revalidatedAt().isAfter(TagRow.REGISTERED);
    }

    private static String shown(List<TagRow> rows) {
        return ClearingHints.shown(
                rows.stream().map(row -> row.tag() + " -> " + row.path()).toList());
    }
}
