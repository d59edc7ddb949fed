package io.purgewise.examples.tool;

import static io.purgewise.examples.tool.JsonFields.choice;
import static io.purgewise.examples.tool.JsonFields.objects;
import static io.purgewise.examples.tool.JsonFields.only;
import static io.purgewise.examples.tool.JsonFields.optionalText;
import static io.purgewise.examples.tool.JsonFields.quoted;
import static io.purgewise.examples.tool.JsonFields.text;
import static io.purgewise.examples.tool.JsonFields.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.plan.Cost;
import io.purgewise.plan.InvalidationPlan;
import io.purgewise.plan.InvalidationPlanner;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.PriceList;
import io.purgewise.plan.QuotaTable;
import io.purgewise.plan.TagOption;
import io.purgewise.plan.UrlIndex;
import io.purgewise.plan.UrlIndexBuilder;
import io.purgewise.site.CdnTag;
import io.purgewise.site.UrlPattern;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Answers planning problems with the cheapest set of invalidation items. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "Reads planning problems from standard input, a JSON object a line, and writes the cheapest plan for each.",
            "",
            "In:  {\"requirements\":[\"/p\",\"/p?*\"],\"known\":[[\"/p\",1],[\"/q\",2]],\"pathPrice\":5000,\"freePaths\":0,"
                    + "\"refillPrice\":10,\"maxWildcards\":15,\"maxCollateral\":1000000,\"protected\":[],"
                    + "\"granularity\":\"CHARACTER\"}",
            "Out: {\"items\":[\"/p*\"],\"cost\":5000,\"wildcards\":1,\"collateral\":0} or {\"infeasible\":\"maxWildcards\"}",
            "",
            "\"tags\" offers cache tags, each for the price of a path: [{\"tag\":\"p/p\",\"clears\":[\"/p\",\"/p?*\"],"
                    + "\"collateral\":0}], where collateral, 0 if left out, is the weight of what the tag clears besides. One that "
                    + "is taken stands among the items as #p/p.",
            "",
            "Prices and cost are micro-dollars; the cost is that of the items plus refillPrice for each unit of collateral. "
                    + "Whatever is left out is taken from the balanced policy; without \"known\" the site counts as unknown. "
                    + "\"quotas\" (IN_PROGRESS or RATES), \"maxSeconds\" and \"waitPrice\" (micro-dollars for each millisecond, 0 if "
                    + "left out) bring in time; a line with \"quotas\" is answered with \"seconds\" too. "
                    + "A plan that is not proven to be the cheapest says by how much at most it may be too dear: \"gap\"."
        })
final class PlanCommand implements Callable<Integer> {

    @Override
    public Integer call() throws IOException {
        return JsonLines.answer(System.in, System.out, PlanCommand::answer);
    }

    static JsonNode answer(JsonNode line) {
        ObjectNode answer = JsonLines.JSON.createObjectNode();
        InvalidationPlan plan = plan(line);
        return plan.exceeds()
                .<JsonNode>map(limit -> answer.put("infeasible", limit.toString()))
                .orElseGet(() -> describe(plan, line.hasNonNull("quotas"), answer));
    }

    static InvalidationPlan plan(JsonNode line) {
        return InvalidationPlanner.of(policy(line)).plan(required(line), List.of(), known(line), tags(line));
    }

    /** Finds the frontier of plans by path; tags have none. */
    static List<Cost> alternatives(JsonNode line) {
        return InvalidationPlanner.of(policy(line)).alternatives(required(line), known(line));
    }

    private static List<UrlPattern> required(JsonNode line) {
        only(
                line,
                "requirements",
                "known",
                "pathPrice",
                "freePaths",
                "refillPrice",
                "maxWildcards",
                "maxCollateral",
                "protected",
                "granularity",
                "quotas",
                "maxSeconds",
                "waitPrice",
                "tags");
        if (!line.hasNonNull("requirements")) {
            throw new IllegalArgumentException("field \"requirements\" is missing in " + quoted(line));
        }
        return texts(line, "requirements").stream().map(UrlPattern::parse).toList();
    }

    private static JsonNode describe(InvalidationPlan plan, boolean time, ObjectNode answer) {
        ArrayNode items = answer.putArray("items");
        plan.items().forEach(item -> items.add(item.spelling()));
        answer.put("cost", plan.cost().objective());
        answer.put("wildcards", plan.cost().wildcards());
        answer.put("collateral", plan.cost().collateral());
        if (time) {
            answer.put("seconds", seconds(plan.cost()));
        }
        if (plan.gap() > 0) {
            answer.put("gap", plan.gap());
        }
        return answer;
    }

    /** Returns the time that a plan takes in seconds, begun ones as whole. */
    static long seconds(Cost cost) {
        return cost.time().plusMillis(999).toSeconds();
    }

    private enum Quotas {
        IN_PROGRESS,
        RATES
    }

    static PlanPolicy policy(JsonNode line) {
        PlanPolicy usual = PlanPolicy.balanced();
        PriceList prices = usual.prices();
        PlanPolicy.Builder policy = usual.toBuilder()
                .prices(new PriceList(
                        number(line, "pathPrice", prices.pathPrice()),
                        number(line, "freePaths", prices.freePaths()),
                        number(line, "refillPrice", prices.refillPrice())))
                .maxWildcards((int) Math.min(Integer.MAX_VALUE, number(line, "maxWildcards", usual.maxWildcards())))
                .maxCollateral(number(line, "maxCollateral", usual.maxCollateral()))
                .protectedPrefixes(texts(line, "protected"))
                .waitPrice(number(line, "waitPrice", 0));
        if (optionalText(line, "quotas").isPresent()) {
            policy.quotaTable(
                    choice(line, "quotas", Quotas.class) == Quotas.RATES
                            ? QuotaTable.rates()
                            : QuotaTable.inProgress());
        }
        if (line.hasNonNull("maxSeconds")) {
            policy.maxTime(Duration.ofSeconds(number(line, "maxSeconds", 0)));
        }
        if (optionalText(line, "granularity").isPresent()) {
            policy.granularity(choice(line, "granularity", PlanPolicy.Granularity.class));
        }
        return policy.build();
    }

    private static List<TagOption> tags(JsonNode line) {
        List<TagOption> options = new ArrayList<>();
        for (JsonNode tag : objects(line, "tags")) {
            only(tag, "tag", "clears", "collateral");
            Set<UrlPattern> clears =
                    texts(tag, "clears").stream().map(UrlPattern::parse).collect(Collectors.toSet());
            options.add(new TagOption(new CdnTag(text(tag, "tag")), clears, Set.of(), number(tag, "collateral", 0)));
        }
        return options;
    }

    private static UrlIndex known(JsonNode line) {
        JsonNode known = line.get("known");
        if (known == null || known.isNull()) {
            return UrlIndex.unknown();
        }
        if (!known.isArray()) {
            throw new IllegalArgumentException("field \"known\" must be a list, but was " + quoted(known));
        }
        UrlIndexBuilder builder = UrlIndex.builder();
        for (JsonNode url : known) {
            if (url.isTextual()) {
                builder.add(url.textValue());
            } else if (url.isArray() && url.size() == 2 && url.get(0).isTextual()) {
                builder.add(url.get(0).textValue(), wholeNumber(url.get(1), "weight"));
            } else {
                throw new IllegalArgumentException(
                        "field \"known\" must hold URLs or [URL, weight], but holds " + quoted(url));
            }
        }
        return builder.build();
    }

    private static long number(JsonNode line, String field, long otherwise) {
        JsonNode value = line.get(field);
        return value == null || value.isNull() ? otherwise : wholeNumber(value, "field \"" + field + "\"");
    }

    private static long wholeNumber(JsonNode value, String what) {
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw new IllegalArgumentException(
                    what + " must be a whole number from 0 to " + Long.MAX_VALUE + ", but was " + quoted(value));
        }
        return value.longValue();
    }
}
