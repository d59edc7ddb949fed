package io.purgewise.examples.tool;

import static io.purgewise.examples.tool.JsonFields.only;
import static io.purgewise.examples.tool.JsonFields.optionalText;
import static io.purgewise.examples.tool.JsonFields.texts;

import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.plan.Cost;
import io.purgewise.plan.InvalidationPlan;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Is what a report is drawn from.
 *
 * @param required what had to be cleared
 * @param known the site's known URLs with their weights, in CloudFront's spelling
 * @param items the plan
 * @param policy what it is priced and timed by
 * @param frontier the plans with fewer items and more collateral, and the other way round; may be empty
 * @param lead says in a sentence what is shown
 * @param subject which site it is about
 */
record ReportInput(
        List<UrlPattern> required,
        Map<String, Long> known,
        List<InvalidationItem> items,
        PlanPolicy policy,
        List<Cost> frontier,
        String lead,
        Subject subject) {

    /**
     * Says which site a plan is for.
     *
     * @param site its name or distributions, unless nobody said so
     * @param build its build ID, unless nobody said so
     * @param at when the change was made or planned
     */
    record Subject(Optional<String> site, Optional<String> build, Instant at) {

        /** Reads what a receipt says, unless the command line says otherwise; a problem or a plan says nothing. */
        static Subject of(JsonNode json, @Nullable String site, @Nullable String build, Instant now) {
            String distributions = String.join(", ", texts(json.path("site"), "distributions"));
            return new Subject(
                    Optional.ofNullable(site == null && !distributions.isEmpty() ? distributions : site),
                    build == null ? optionalText(json.path("site"), "buildId") : Optional.of(build),
                    optionalText(json, "at").map(Subject::instant).orElse(now));
        }

        private static Instant instant(String at) {
            try {
                return Instant.parse(at);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(
                        "field \"at\" must be a time such as 2026-11-25T14:00:00Z, but was \""
                                + JsonFields.shortened(at) + "\"",
                        e);
            }
        }
    }

    static ReportInput of(JsonNode json, Subject subject) {
        if (json.hasNonNull("requirements")) {
            return ofProblem(json, subject);
        }
        JsonNode plan = json.hasNonNull("plan") ? json.get("plan") : json;
        if (!plan.hasNonNull("items")) {
            throw new IllegalArgumentException(
                    "PLAN.json must hold a problem with \"requirements\", a plan with \"items\", or a receipt with \"plan\"");
        }
        if (plan.equals(json)) {
            only(json, "items", "cost", "money", "wildcards", "collateral", "gap", "seconds");
        }
        List<InvalidationItem> items =
                texts(plan, "items").stream().map(InvalidationItem::parse).toList();
        Set<UrlPattern> required = new LinkedHashSet<>();
        for (JsonNode change : json.path("changes")) {
            texts(change, "patterns").forEach(pattern -> required.add(UrlPattern.parse(pattern)));
        }
        if (required.isEmpty()) {
            for (InvalidationItem item : items) {
                if (item instanceof UrlPattern pattern) {
                    required.add(pattern);
                }
            }
        }
        return new ReportInput(
                List.copyOf(required),
                Map.of(),
                items,
                PlanPolicy.balanced(),
                List.of(),
                "The plan alone was given, so what it spares on the site is not known.",
                subject);
    }

    private static ReportInput ofProblem(JsonNode json, Subject subject) {
        if (json.hasNonNull("tags")) {
            throw new IllegalArgumentException(
                    "a report draws what paths clear, so a problem with \"tags\" has none; leave them out");
        }
        InvalidationPlan plan = PlanCommand.plan(json);
        String lead = plan.exceeds().isPresent()
                ? "No plan keeps " + plan.exceeds().get() + "; this is the cheapest one without that limit."
                : plan.gap() == 0
                        ? "Proven to be the cheapest plan for these patterns, prices and limits."
                        : "At most " + plan.gap() + " micro-dollars above the cheapest plan.";
        Map<String, Long> known = new TreeMap<>();
        for (JsonNode url : json.path("known")) {
            String text = url.isArray() ? url.get(0).asText() : url.asText();
            known.merge(UrlPattern.encode(text), url.isArray() ? url.get(1).asLong() : 1L, Math::max);
        }
        return new ReportInput(
                plan.patterns(),
                known,
                plan.items(),
                PlanCommand.policy(json),
                new ArrayList<>(PlanCommand.alternatives(json)),
                lead,
                subject);
    }
}
