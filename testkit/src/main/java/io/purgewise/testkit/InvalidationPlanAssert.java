package io.purgewise.testkit;

import io.purgewise.plan.InvalidationPlan;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.assertj.core.api.AbstractAssert;

/**
 * Asserts what a plan clears and what it costs. Start with {@link PurgewiseAssertions#assertThat(InvalidationPlan)}.
 *
 * <p>This class is not thread-safe.
 */
public final class InvalidationPlanAssert extends AbstractAssert<InvalidationPlanAssert, InvalidationPlan> {

    InvalidationPlanAssert(InvalidationPlan actual) {
        super(actual, InvalidationPlanAssert.class);
    }

    /**
     * Verifies that the plan clears URLs. What its cache tags clear is not known to a plan and does not count.
     *
     * @param urls paths with an optional query
     * @return this assertion
     * @throws IllegalArgumentException if a URL does not start with {@code /}
     */
    public InvalidationPlanAssert covers(String... urls) {
        List<String> items = items();
        for (String url : urls) {
            String spelled = ClearingHints.spelled(url);
            if (!ClearingHints.clears(items, spelled)) {
                throw failure(
                        "Expected the plan to clear%n  %s%nbut its items are%n  %s%nLikely mistake: %s.",
                        url, ClearingHints.shown(items), ClearingHints.missing(items, spelled));
            }
        }
        return this;
    }

    /**
     * Verifies that the plan leaves URLs alone. What its cache tags clear is not known to a plan and does not count.
     *
     * @param urls paths with an optional query
     * @return this assertion
     * @throws IllegalArgumentException if a URL does not start with {@code /}
     */
    public InvalidationPlanAssert doesNotTouch(String... urls) {
        List<String> items = items();
        for (String url : urls) {
            String spelled = ClearingHints.spelled(url);
            if (ClearingHints.clears(items, spelled)) {
                List<String> required =
                        actual.patterns().stream().map(UrlPattern::toString).toList();
                throw failure(
                        "Expected the plan to leave alone%n  %s%nbut its items are%n  %s%nLikely mistake: %s.",
                        url, ClearingHints.shown(items), ClearingHints.touching(items, required, spelled));
            }
        }
        return this;
    }

    /**
     * Verifies that the plan holds items, and maybe others.
     *
     * @param spellings the items as CloudFront takes them: {@code /p}, {@code /p*}, {@code #tag}
     * @return this assertion
     */
    public InvalidationPlanAssert hasItems(String... spellings) {
        TreeSet<String> missing = new TreeSet<>(List.of(spellings));
        items().forEach(missing::remove);
        if (!missing.isEmpty()) {
            throw failure(
                    "Expected the plan to hold the items%n  %s%nbut its items are%n  %s%nLikely mistake: %s.",
                    missing, ClearingHints.shown(items()), misspelled(missing.first()));
        }
        return this;
    }

    /**
     * Verifies that the plan holds these items and no others.
     *
     * @param spellings the items as CloudFront takes them, in any order
     * @return this assertion
     */
    public InvalidationPlanAssert hasOnlyItems(String... spellings) {
        hasItems(spellings);
        List<String> more = new ArrayList<>(items());
        more.removeAll(List.of(spellings));
        if (!more.isEmpty()) {
            throw failure(
                    "Expected the plan to hold only the items%n  %s%nbut it holds as well%n  %s%n"
                            + "Likely mistake: a page's other URLs (query variants, data, locales, old builds) were forgotten"
                            + " in the expectation.",
                    List.of(spellings), ClearingHints.shown(more));
        }
        return this;
    }

    /**
     * Verifies what CloudFront charges for the plan.
     *
     * @param microDollars the most, in millionths of a US dollar: a path costs 5,000 beyond the free ones
     * @return this assertion
     */
    public InvalidationPlanAssert costsAtMost(long microDollars) {
        long money = actual.cost().money();
        if (money > microDollars) {
            throw failure(
                    "Expected the plan to cost at most%n  %d micro-dollars%nbut it costs%n  %d for %d items%nLikely mistake: %s.",
                    microDollars,
                    money,
                    actual.cost().items(),
                    microDollars > 0 && microDollars < 5000
                            ? "the limit is less than one path; it is in millionths of a dollar, not in cents or dollars"
                            : "the policy assumes that the month's free paths are used up, see"
                                    + " PriceList.cloudFront(freePaths); or wildcards are forbidden that would be cheaper");
        }
        return this;
    }

    /**
     * Verifies how many wildcards the plan holds, which have a quota of their own.
     *
     * @param most the most
     * @return this assertion
     */
    public InvalidationPlanAssert hasAtMostWildcards(int most) {
        if (actual.cost().wildcards() > most) {
            long required =
                    actual.patterns().stream().filter(UrlPattern::prefix).count();
            throw failure(
                    "Expected the plan to hold at most%n  %d wildcards%nbut it holds%n  %d%nLikely mistake: %s.",
                    most,
                    actual.cost().wildcards(),
                    required > most
                            ? required
                                    + " of the patterns are query variants (/p?*), each a wildcard until a wider one replaces"
                                    + " them: give the planner the known URLs, or build the Site with"
                                    + " queryStringsInCacheKey(false) if its CDN says so"
                            : "the policy allows more: see PlanPolicy.maxWildcards");
        }
        return this;
    }

    /**
     * Verifies the weight of known URLs that the plan clears although nobody asked for it.
     *
     * @param most the most; a URL weighs 1 unless the index says otherwise
     * @return this assertion
     */
    public InvalidationPlanAssert hasAtMostCollateral(long most) {
        if (actual.cost().collateral() > most) {
            throw failure(
                    "Expected the plan to have a collateral of at most%n  %d%nbut it has%n  %d%nfrom the items%n  %s%n"
                            + "Likely mistake: evicted pages are taken for cheap; raise PriceList.refillPrice, or limit them by"
                            + " PlanPolicy.maxCollateral.",
                    most, actual.cost().collateral(), collateral());
        }
        return this;
    }

    /**
     * Verifies that the plan clears no known URL that nobody asked for. Of a site whose URLs are unknown this is always true.
     *
     * @return this assertion
     */
    public InvalidationPlanAssert hasNoCollateral() {
        return hasAtMostCollateral(0);
    }

    /**
     * Verifies that no cheaper plan exists under its policy.
     *
     * @return this assertion
     */
    public InvalidationPlanAssert isProvenCheapest() {
        if (actual.gap() != 0) {
            throw failure(
                    "Expected the plan to be proven the cheapest%nbut it may be%n  %d micro-dollars%nabove it%n"
                            + "Likely mistake: over 2,000 patterns while the free tier ends or the limit on collateral binds"
                            + " within them.",
                    actual.gap());
        }
        return this;
    }

    /**
     * Verifies that the plan keeps all limits of its policy.
     *
     * @return this assertion
     */
    public InvalidationPlanAssert keepsItsLimits() {
        isNotNull();
        actual.exceeds().ifPresent(limit -> {
            throw failure(
                    "Expected a plan within its limits%nbut none keeps%n  %s%nand without it the cheapest has%n  %d items, %d of"
                            + " them wildcards, collateral %d%nLikely mistake: %s.",
                    limit,
                    actual.cost().items(),
                    actual.cost().wildcards(),
                    actual.cost().collateral(),
                    limit == InvalidationPlan.Limit.MAX_WILDCARDS
                            ? "each page with query variants demands a wildcard of its own; without known URLs (UrlIndex) none"
                                    + " can be joined"
                            : "to keep the limit on wildcards the planner has to clear more than the policy's maxCollateral");
        });
        return this;
    }

    /**
     * Verifies that no plan keeps a limit, so that this one exceeds it.
     *
     * @param limit the limit
     * @return this assertion
     */
    public InvalidationPlanAssert exceeds(InvalidationPlan.Limit limit) {
        isNotNull();
        if (!actual.exceeds().equals(Optional.of(limit))) {
            throw failure(
                    "Expected that no plan keeps%n  %s%nbut this one %s%nLikely mistake: the policy's limit is not the one that"
                            + " was meant, or wider wildcards keep it.",
                    limit,
                    actual.exceeds().map(other -> "exceeds " + other).orElse("keeps all limits: " + actual.cost()));
        }
        return this;
    }

    private String misspelled(String item) {
        if (!item.startsWith("#") && !item.startsWith("/")) {
            return "items start with / or #, without scheme and host";
        }
        if (!item.startsWith("#") && !ClearingHints.spelled(item).equals(item)) {
            return "items are percent-encoded, so this one is spelled " + ClearingHints.spelled(item);
        }
        if (!item.startsWith("#") && !item.endsWith("*") && ClearingHints.clears(items(), item)) {
            return "a wildcard clears it along with others; to assert on what is cleared use covers(...)";
        }
        return item.startsWith("/")
                ? ClearingHints.missing(items(), item.endsWith("*") ? item.substring(0, item.length() - 1) : item)
                : "the planner was offered no such cache tag, or paths were cheaper";
    }

    private List<String> collateral() {
        return actual.explain().entries().stream()
                .filter(entry -> entry.collateral() > 0)
                .map(entry -> entry.item().spelling() + " (" + entry.collateral() + ")")
                .toList();
    }

    private List<String> items() {
        isNotNull();
        return actual.items().stream().map(InvalidationItem::spelling).toList();
    }
}
