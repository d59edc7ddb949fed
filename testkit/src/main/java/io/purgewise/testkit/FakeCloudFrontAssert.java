package io.purgewise.testkit;

import io.purgewise.cdn.Invalidation;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.api.AbstractAssert;

/**
 * Asserts what an account was asked and has billed, over all its distributions. Start with
 * {@link PurgewiseAssertions#assertThat(FakeCloudFront)}.
 *
 * <p>This class is not thread-safe.
 */
public final class FakeCloudFrontAssert extends AbstractAssert<FakeCloudFrontAssert, FakeCloudFront> {

    FakeCloudFrontAssert(FakeCloudFront actual) {
        super(actual, FakeCloudFrontAssert.class);
    }

    /**
     * Verifies that accepted invalidations clear URLs, whether they have taken effect or not. Cache tags do not count.
     *
     * @param urls paths with an optional query
     * @return this assertion
     * @throws IllegalArgumentException if a URL does not start with {@code /}
     */
    public FakeCloudFrontAssert wasAskedToClear(String... urls) {
        Objects.requireNonNull(urls, "urls");
        Set<String> items = items();
        for (String url : urls) {
            String spelled = ClearingHints.spelled(url);
            if (!ClearingHints.clears(items, spelled)) {
                throw failure(
                        "Expected that CloudFront was asked to clear%n  %s%nbut it accepted%n  %s%nLikely mistake: %s.",
                        url,
                        ClearingHints.shown(items),
                        items.isEmpty() ? nothingAccepted() : ClearingHints.missing(items, spelled));
            }
        }
        return this;
    }

    /**
     * Verifies that no accepted invalidation clears URLs. Cache tags do not count.
     *
     * @param urls paths with an optional query
     * @return this assertion
     * @throws IllegalArgumentException if a URL does not start with {@code /}
     */
    public FakeCloudFrontAssert wasNotAskedToClear(String... urls) {
        Objects.requireNonNull(urls, "urls");
        Set<String> items = items();
        for (String url : urls) {
            String spelled = ClearingHints.spelled(url);
            if (ClearingHints.clears(items, spelled)) {
                throw failure(
                        "Expected that CloudFront was not asked to clear%n  %s%nbut it accepted%n  %s%nLikely mistake: %s.",
                        url,
                        ClearingHints.shown(items),
                        ClearingHints.touching(
                                items,
                                items.stream()
                                        .filter(item -> !item.endsWith("*"))
                                        .toList(),
                                spelled));
            }
        }
        return this;
    }

    /**
     * Verifies that items were accepted as they are spelled, and maybe others.
     *
     * @param spellings the items as CloudFront takes them: {@code /p}, {@code /p*}, {@code #tag}
     * @return this assertion
     */
    public FakeCloudFrontAssert acceptedItems(String... spellings) {
        Objects.requireNonNull(spellings, "spellings");
        TreeSet<String> missing = new TreeSet<>(List.of(spellings));
        missing.removeAll(items());
        if (!missing.isEmpty()) {
            throw failure(
                    "Expected that CloudFront accepted the items%n  %s%nbut it accepted%n  %s%nLikely mistake: %s.",
                    missing,
                    ClearingHints.shown(items()),
                    items().isEmpty()
                            ? nothingAccepted()
                            : "a wider item stands in for them; to assert on what is cleared use wasAskedToClear(...)");
        }
        return this;
    }

    /**
     * Verifies how many paths were ever billed, free ones included.
     *
     * @param paths how many items all accepted invalidations have together
     * @return this assertion
     */
    public FakeCloudFrontAssert wasPaid(long paths) {
        isNotNull();
        long paid = actual.meter().totalPaths();
        if (paid != paths) {
            throw failure(
                    "Expected that%n  %d%npaths were paid%nbut it was%n  %d%nfor%n  %s%nLikely mistake: %s.",
                    paths, paid, ClearingHints.shown(items()), paid < paths ? paidTooLittle() : paidTooMuch());
        }
        return this;
    }

    /**
     * Verifies that no item was accepted a second time, as happens when a retry carries a new caller reference.
     *
     * @return this assertion
     */
    public FakeCloudFrontAssert paidForNothingTwice() {
        List<String> twice = twice();
        if (!twice.isEmpty()) {
            throw failure(
                    "Expected that no item was paid twice%nbut these were%n  %s%nLikely mistake: %s.",
                    ClearingHints.shown(twice),
                    "a retry or a second instance did not reuse the caller reference of the first"
                            + " attempt, or the same change was given twice");
        }
        return this;
    }

    /**
     * Verifies that no invalidation was accepted; refused calls may have come in.
     *
     * @return this assertion
     */
    public FakeCloudFrontAssert acceptedNothing() {
        if (!items().isEmpty()) {
            throw failure(
                    "Expected that CloudFront accepted nothing%nbut it accepted%n  %s%nin %d invalidations%n"
                            + "Likely mistake: this was to be a dry run, or a change whose marks failed was cleared all the same.",
                    ClearingHints.shown(items()),
                    actual.account().acceptedAnywhere().size());
        }
        return this;
    }

    private String paidTooLittle() {
        return items().isEmpty()
                ? nothingAccepted()
                : "wildcards replaced single paths, several changes became one plan, or a batch was refused";
    }

    private String paidTooMuch() {
        List<String> twice = twice();
        return twice.isEmpty()
                ? "each page counts all its URLs, query variants and data included; or the plan could not join them without"
                        + " known URLs"
                : "paid twice for " + ClearingHints.shown(twice)
                        + ": a retry or a second instance did not reuse the caller reference";
    }

    private String nothingAccepted() {
        long calls = actual.calls(CdnCall.SUBMIT);
        return calls == 0
                ? "no call came in at all: a dry run, a change whose marks failed, or another account"
                : calls + " calls came in and all were refused or lost: see the receipt's problems";
    }

    private List<String> twice() {
        TreeMap<String, Integer> times = new TreeMap<>();
        for (Invalidation each : actual.account().acceptedAnywhere()) {
            each.paths().forEach(path -> times.merge(path, 1, Integer::sum));
        }
        times.values().removeIf(count -> count < 2);
        return List.copyOf(times.keySet());
    }

    private Set<String> items() {
        isNotNull();
        TreeSet<String> items = new TreeSet<>();
        actual.account().acceptedAnywhere().forEach(each -> items.addAll(each.paths()));
        return items;
    }
}
