package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gathers URLs into the tree of their segments, with the weight of each fate below every node. */
final class UrlTree {

    /** Names what a plan does to a known URL. */
    enum Fate {
        EXACT,
        WILDCARD,
        COLLATERAL,
        UNTOUCHED
    }

    /** More children than this are drawn as one, so that the page stays small and readable. */
    private static final int MOST_CHILDREN = 48;

    private static final int DEEPEST = 12;
    private static final Pattern SEGMENT = Pattern.compile("/[^/?]*|\\?.*");

    private static final class Node {
        private final Map<String, Node> children = new TreeMap<>();
        private final Map<Fate, Long> weights = new EnumMap<>(Fate.class);

        void add(Fate fate, long weight) {
            weights.merge(fate, weight, Math::addExact);
        }

        long weight() {
            return weights.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private final Node root = new Node();

    void add(String url, long weight, Fate fate) {
        Node node = root;
        node.add(fate, weight);
        Matcher segments = SEGMENT.matcher(url);
        for (int depth = 0; depth < DEEPEST && segments.find(); depth++) {
            node = node.children.computeIfAbsent(segments.group(), name -> new Node());
            node.add(fate, weight);
        }
    }

    ObjectNode json() {
        return json("the site", "", root);
    }

    private static ObjectNode json(String name, String path, Node node) {
        ObjectNode json = JsonLines.JSON.createObjectNode();
        json.put("name", name).put("path", path.isEmpty() ? name : path);
        for (Fate fate : Fate.values()) {
            json.put(fate.name().toLowerCase(Locale.ROOT), node.weights.getOrDefault(fate, 0L));
        }
        ArrayNode children = json.putArray("children");
        List<Map.Entry<String, Node>> sorted = new ArrayList<>(node.children.entrySet());
        sorted.sort(Comparator.comparingLong(
                        (Map.Entry<String, Node> child) -> -child.getValue().weight())
                .thenComparing(Map.Entry::getKey));
        int shown = sorted.size() <= MOST_CHILDREN ? sorted.size() : MOST_CHILDREN - 1;
        for (Map.Entry<String, Node> child : sorted.subList(0, shown)) {
            children.add(json(child.getKey(), path + child.getKey(), child.getValue()));
        }
        if (shown < sorted.size()) {
            Node rest = new Node();
            for (Map.Entry<String, Node> child : sorted.subList(shown, sorted.size())) {
                child.getValue().weights.forEach(rest::add);
            }
            children.add(json((sorted.size() - shown) + " more", path + "…", rest));
        }
        return json;
    }
}
