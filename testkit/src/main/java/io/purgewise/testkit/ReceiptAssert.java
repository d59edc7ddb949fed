package io.purgewise.testkit;

import io.purgewise.cache.WriteReport;
import io.purgewise.cache.WriteReport.Outcome;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Problem;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Receipt.Submission;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;

/**
 * Asserts what was done for changes and what was not. Start with {@link PurgewiseAssertions#assertThat(Receipt)}.
 *
 * <p>This class is not thread-safe.
 */
public final class ReceiptAssert extends AbstractAssert<ReceiptAssert, Receipt> {

    ReceiptAssert(Receipt actual) {
        super(actual, ReceiptAssert.class);
    }

    /**
     * Verifies that everything was done: no problem, and the plan, if there is one, accepted by every distribution.
     *
     * @return this assertion
     */
    public ReceiptAssert isComplete() {
        isNotNull();
        if (!actual.problems().isEmpty()) {
            throw failure(
                    "Expected a complete receipt%nbut these were not done%n  %s%nLikely mistake: %s.",
                    problems(), whyIncomplete());
        }
        if (actual.plan().isPresent() && actual.submissions().isEmpty()) {
            throw failure("Expected a complete receipt%nbut its plan was submitted nowhere%n"
                    + "Likely mistake: this was a dry run.");
        }
        return this;
    }

    /**
     * Verifies that something was not done, and that the receipt says so.
     *
     * @param text what the problem is about: a part of its subject, such as {@code tag:prodcuts} or {@code /products/2}
     * @return this assertion
     */
    public ReceiptAssert hasProblemAbout(String text) {
        isNotNull();
        if (actual.problems().stream().noneMatch(problem -> problem.subject().contains(text))) {
            throw failure(
                    "Expected a problem about%n  %s%nbut the problems are%n  %s%nLikely mistake: %s.",
                    text,
                    actual.problems().isEmpty() ? "none" : problems(),
                    actual.problems().stream()
                                    .anyMatch(problem -> problem.message().contains(text))
                            ? "the text stands in a message, and subjects are compared"
                            : "the fault was not injected where this change passes, or was retried with success");
        }
        return this;
    }

    /**
     * Verifies that the plan clears URLs and that every distribution has accepted what clears them. Cache tags do not count.
     *
     * @param urls paths with an optional query
     * @return this assertion
     * @throws IllegalArgumentException if a URL does not start with {@code /}
     */
    public ReceiptAssert clears(String... urls) {
        isNotNull();
        List<String> planned = planned();
        for (String url : urls) {
            String spelled = ClearingHints.spelled(url);
            if (!ClearingHints.clears(planned, spelled)) {
                throw failure(
                        "Expected the receipt to clear%n  %s%nbut its plan has the items%n  %s%nLikely mistake: %s.",
                        url,
                        ClearingHints.shown(planned),
                        planned.isEmpty() ? whyNothing() : ClearingHints.missing(planned, spelled));
            }
            if (actual.submissions().isEmpty()) {
                throw failure(
                        "Expected the receipt to clear%n  %s%nbut its plan was submitted nowhere%n"
                                + "Likely mistake: this was a dry run; assert on the plan.",
                        url);
            }
            for (Submission submission : actual.submissions()) {
                TreeSet<String> accepted = new TreeSet<>();
                submission.cleared().accepted().forEach(each -> accepted.addAll(each.paths()));
                if (!ClearingHints.clears(accepted, spelled)) {
                    throw failure(
                            "Expected the receipt to clear%n  %s%nbut distribution %s accepted only%n  %s%nLikely mistake: %s.",
                            url, submission.distribution(), ClearingHints.shown(accepted), whyNotAccepted(submission));
                }
            }
        }
        return this;
    }

    /**
     * Verifies that the plan leaves URLs alone. Cache tags do not count.
     *
     * @param urls paths with an optional query
     * @return this assertion
     * @throws IllegalArgumentException if a URL does not start with {@code /}
     */
    public ReceiptAssert doesNotClear(String... urls) {
        isNotNull();
        actual.plan().ifPresent(plan -> new InvalidationPlanAssert(plan).doesNotTouch(urls));
        return this;
    }

    /**
     * Verifies that nothing was to be cleared at the CDN.
     *
     * @return this assertion
     */
    public ReceiptAssert clearsNothing() {
        isNotNull();
        if (actual.plan().isPresent()) {
            throw failure(
                    "Expected the receipt to clear nothing%nbut its plan has the items%n  %s%n"
                            + "Likely mistake: another change of the same call has pages that are found.",
                    ClearingHints.shown(planned()));
        }
        return this;
    }

    /**
     * Verifies how many rows of the tag table were marked, over all changes.
     *
     * @param rows how many marks were written; those that stood already do not count
     * @return this assertion
     */
    public ReceiptAssert marked(int rows) {
        isNotNull();
        WriteReport marks = marks();
        int written = marks.count(Outcome.WRITTEN);
        if (written != rows) {
            throw failure(
                    "Expected that%n  %d%nrows were marked%nbut it was%n  %d, with %d newer and %d failed%nLikely mistake: %s.",
                    rows, written, marks.count(Outcome.NEWER), marks.failures().size(), whyMarked(marks, rows));
        }
        return this;
    }

    /**
     * Verifies that pages were found to be outdated, and maybe others.
     *
     * @param pages the pages
     * @return this assertion
     */
    public ReceiptAssert found(Page... pages) {
        isNotNull();
        List<Page> found = new ArrayList<>();
        actual.changes().forEach(change -> found.addAll(change.pages()));
        for (Page page : pages) {
            if (!found.contains(page)) {
                boolean other = found.stream().anyMatch(each -> each.path().equals(page.path()));
                throw failure(
                        "Expected that the changes reach the page%n  %s%nbut they reach%n  %s%nLikely mistake: %s.",
                        page,
                        found,
                        other
                                ? "the path was found with another router, locale or route"
                                : "no row links the tag to the page, or the build ID is wrong");
            }
        }
        return this;
    }

    /**
     * Goes on with the plan.
     *
     * @return assertions about the plan
     */
    public InvalidationPlanAssert plan() {
        isNotNull();
        return actual.plan()
                .map(InvalidationPlanAssert::new)
                .orElseThrow(() ->
                        failure("Expected a plan%nbut nothing was to be cleared%nLikely mistake: %s.", whyNothing()));
    }

    private String whyIncomplete() {
        if (!marks().failures().isEmpty()) {
            return "marks could not be written, so their pages were not cleared either: give these changes again";
        }
        for (Submission submission : actual.submissions()) {
            if (!submission.problems().isEmpty()) {
                return whyNotAccepted(submission);
            }
        }
        for (Problem problem : actual.problems()) {
            switch (problem.kind()) {
                case NOT_FOUND -> {
                    return "the path or the build is not there; a page that no cache knows yet needs evenIfUnknown()";
                }
                case PAGES_UNKNOWN -> {
                    return "in next mode the table knows no pages: give the revalidator a tagIndex";
                }
                case NOT_MARKED -> {
                    return "no mark reaches the page, so it has to be rendered anew: give the revalidator a renderer";
                }
                default -> {}
            }
        }
        for (Receipt.OfChange change : actual.changes()) {
            if (change.change() instanceof Change.OfTag && change.pages().isEmpty()) {
                return nobodyCarries(change.change());
            }
        }
        return "a part is missing that the change needs, or pages could not be rendered anew: the problem says which";
    }

    private String whyNothing() {
        if (!marks().failures().isEmpty()) {
            return "marks could not be written, and a page whose marks failed is not cleared";
        }
        return actual.changes().stream()
                .filter(change -> change.pages().isEmpty())
                .findFirst()
                .map(change -> nobodyCarries(change.change()))
                .orElse("no change was given, or their marks failed");
    }

    private static String nobodyCarries(Change change) {
        return change
                + " reaches no page: misspelled, wrong build ID, wrong TagCacheMode, rows of the table not seeded, or in"
                + " next mode, whose table does not know pages";
    }

    private static String whyNotAccepted(Submission submission) {
        return submission.problems().isEmpty()
                ? "the CDN refused this item and took the rest"
                : "the batch was refused or not answered: "
                        + submission.problems().get(0);
    }

    private String whyMarked(WriteReport marks, int expected) {
        if (!marks.failures().isEmpty()) {
            return "rows could not be written: " + marks.failures().get(0).reason();
        }
        if (marks.count(Outcome.NEWER) > 0) {
            return "marks at least as new stood there already: the clock did not move since the last change";
        }
        if (marks.results().isEmpty()) {
            return "no row was touched at all: tag misspelled, wrong build ID, wrong TagCacheMode, or no marker given";
        }
        return marks.count(Outcome.WRITTEN) > expected
                ? "a page's mark also reaches the rows of the tags that it carries (MarkPolicy.reach) and each spelling of its path"
                : "fewer rows carry the tag than was thought: only entries that were ever rendered with it have one";
    }

    private WriteReport marks() {
        return actual.changes().stream().map(Receipt.OfChange::marks).reduce(WriteReport.EMPTY, WriteReport::plus);
    }

    private String problems() {
        return actual.problems().stream().map(Problem::toString).collect(Collectors.joining("\n  "));
    }

    private List<String> planned() {
        return actual.plan()
                .map(plan ->
                        plan.items().stream().map(InvalidationItem::spelling).toList())
                .orElse(List.of());
    }
}
