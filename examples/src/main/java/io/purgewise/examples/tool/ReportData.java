package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.plan.Cost;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Works out the figures and pictures of a report, in the form that its page reads. */
final class ReportData {

    private static final int SHOWN_ITEMS = 200;

    /** What an item clears. */
    private static final class Clears {
        private int patterns;
        private long known;
        private long collateral;
    }

    private final ReportInput input;
    private final UrlCover required;
    private final UrlCover cleared;
    private final Map<String, Clears> byItem = new HashMap<>();
    private final UrlTree tree = new UrlTree();

    private ReportData(ReportInput input) {
        this.input = input;
        List<UrlPattern> items = new ArrayList<>();
        for (InvalidationItem item : input.items()) {
            byItem.put(item.spelling(), new Clears());
            if (item instanceof UrlPattern pattern) {
                items.add(pattern);
            }
        }
        required = new UrlCover(input.required());
        cleared = new UrlCover(items);
    }

    static ObjectNode of(ReportInput input) {
        return new ReportData(input).json();
    }

    private ObjectNode json() {
        input.required().forEach(pattern -> clears(pattern.path(), pattern.prefix()).patterns++);
        // Without known URLs the patterns stand for the site, so that there is something to see.
        Map<String, Long> urls = input.known().isEmpty() ? patternsAsUrls() : input.known();
        urls.forEach(this::place);
        long collateral =
                byItem.values().stream().mapToLong(clears -> clears.collateral).sum();
        int wildcards = (int)
                input.items().stream().filter(InvalidationItem::isWildcard).count();
        Cost cost = Cost.of(input.policy(), collateral, input.items().size(), wildcards);
        ObjectNode json = JsonLines.JSON.createObjectNode();
        long singly = input.policy().prices().money(input.required().size());
        json.put("headline", headline(cost, singly));
        json.put("about", about(input.subject()));
        json.put("lead", lead(cost, singly));
        json.put("required", input.required().size());
        json.put("known", input.known().size());
        json.put("wildcards", wildcards);
        json.put("money", cost.money());
        json.put("seconds", PlanCommand.seconds(cost));
        json.put("collateral", collateral);
        json.set("items", items());
        json.set("tree", tree.json());
        json.set("frontier", frontier(cost));
        return json;
    }

    /** Says what counts: the money, and where the free tier bears it the paths that are left of it. */
    private String headline(Cost cost, long singly) {
        int required = input.required().size();
        if (singly > 0) {
            return HumanText.dollars(cost.money())
                    + (cost.money() < singly ? " instead of " + HumanText.dollars(singly) : "");
        }
        String paths = HumanText.count(cost.items(), "path");
        return cost.items() < required ? String.format(Locale.ROOT, "%s instead of %,d", paths, required) : paths;
    }

    private String lead(Cost cost, long singly) {
        return String.format(
                Locale.ROOT,
                "%s for %s, which one by one would cost %s. %s",
                HumanText.count(cost.items(), "invalidation path"),
                HumanText.count(input.required().size(), "URL pattern"),
                HumanText.dollars(singly),
                input.lead());
    }

    private static String about(ReportInput.Subject subject) {
        List<String> parts = new ArrayList<>();
        subject.site().ifPresent(parts::add);
        subject.build().ifPresent(build -> parts.add("build " + build));
        parts.add(DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC)
                .format(subject.at()));
        return String.join(" · ", parts);
    }

    private Map<String, Long> patternsAsUrls() {
        Map<String, Long> urls = new HashMap<>();
        input.required().forEach(pattern -> urls.put(pattern.path(), 1L));
        return urls;
    }

    /** Finds the item that clears a URL or prefix: what no path clears is cleared by a tag. */
    private Clears clears(String path, boolean prefix) {
        String by = cleared.prefixOf(path).map(wildcard -> wildcard + "*").orElse(prefix ? path + "*" : path);
        return byItem.getOrDefault(by, new Clears());
    }

    private void place(String url, long weight) {
        UrlTree.Fate fate = UrlTree.Fate.UNTOUCHED;
        if (cleared.covers(url)) {
            boolean wanted = required.covers(url);
            boolean wide = cleared.prefixOf(url).isPresent();
            fate = !wanted ? UrlTree.Fate.COLLATERAL : wide ? UrlTree.Fate.WILDCARD : UrlTree.Fate.EXACT;
            Clears clears = clears(url, false);
            clears.known++;
            clears.collateral += wanted ? 0 : weight;
        } else if (required.covers(url)) {
            // Cleared by a cache tag.
            fate = UrlTree.Fate.EXACT;
        }
        tree.add(url, weight, fate);
    }

    private ObjectNode items() {
        ObjectNode json = JsonLines.JSON.createObjectNode();
        json.put("total", input.items().size());
        ArrayNode shown = json.putArray("shown");
        List<Map.Entry<String, Clears>> widestFirst = new ArrayList<>(byItem.entrySet());
        widestFirst.sort(Comparator.comparingInt((Map.Entry<String, Clears> item) -> -item.getValue().patterns)
                .thenComparing(Map.Entry::getKey));
        for (Map.Entry<String, Clears> item : widestFirst.subList(0, Math.min(SHOWN_ITEMS, widestFirst.size()))) {
            Clears clears = item.getValue();
            shown.addObject()
                    .put("spelling", item.getKey())
                    .put("patterns", clears.patterns)
                    .put("known", clears.known)
                    .put("collateral", clears.collateral)
                    .put(
                            "singly",
                            Math.multiplyExact(
                                    clears.patterns, input.policy().prices().pathPrice()));
        }
        return json;
    }

    private ArrayNode frontier(Cost chosen) {
        ArrayNode json = JsonLines.JSON.createArrayNode();
        for (Cost cost : input.frontier()) {
            json.addObject()
                    .put("items", cost.items())
                    .put("collateral", cost.collateral())
                    .put("money", cost.money())
                    .put("seconds", PlanCommand.seconds(cost))
                    .put("chosen", cost.items() == chosen.items() && cost.collateral() == chosen.collateral());
        }
        return json;
    }
}
