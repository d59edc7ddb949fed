package io.purgewise.site;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Matches paths against a path with parameters, such as {@code /news/:slug} or {@code /:path*}, and fills these in.
 *
 * <p>Paths are written as {@link Page} writes them; the root is the empty path here. {@link PathTemplateParser} reads the
 * spelling of Next.js.
 */
final class PathTemplate {

    /** What a match may try, and find, before it is given up; only several parameters side by side come near it. */
    private static final int MAX_STEPS = 20_000;

    private static final int MAX_FOUND = 1000;

    /** One piece of a template. */
    sealed interface Part permits Text, Parameter {}

    /** A piece that stands in the path as it is. */
    record Text(String text) implements Part {}

    private final List<Part> parts;

    PathTemplate(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /**
     * Holds what a template was filled in to.
     *
     * @param path a path, or, if open, what paths without number start with, then {@code ~} and the name of the parameter
     *     that is not known
     */
    record Filled(String path, boolean open) {

        /** Returns what the path or paths start with. */
        String start() {
            return open ? path.substring(0, path.lastIndexOf('~')) : path;
        }
    }

    /** Puts parts before the template. */
    PathTemplate after(List<Part> prefix) {
        List<Part> all = new ArrayList<>(prefix);
        all.addAll(parts);
        return new PathTemplate(all);
    }

    List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>();
        for (Part part : parts) {
            if (part instanceof Parameter parameter) {
                parameters.add(parameter);
            }
        }
        return parameters;
    }

    @Nullable
    Parameter parameter(String name) {
        return parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Has parameters take only such values as those of the same name in another template do. */
    PathTemplate constrainedBy(PathTemplate other) {
        List<Part> constrained = new ArrayList<>();
        for (Part part : parts) {
            Parameter model = part instanceof Parameter parameter ? other.parameter(parameter.name()) : null;
            constrained.add(model == null ? part : ((Parameter) part).withValuesOf(model));
        }
        return new PathTemplate(constrained);
    }

    private String leadingText() {
        return parts.isEmpty() || !(parts.get(0) instanceof Text text) ? "" : text.text();
    }

    /**
     * Finds every way in which a path fits.
     *
     * @return the values of the parameters, once for each way; null if there are too many ways to try them all
     */
    @Nullable
    List<Map<String, String>> match(String path) {
        if (!path.startsWith(leadingText())) {
            return List.of();
        }
        Search search = new Search(path);
        search.from(0, 0);
        return search.isGivenUp() ? null : search.found;
    }

    /** Walks through the parts and tries every end of every parameter. */
    private final class Search {
        private final String path;
        private final Map<String, String> values = new HashMap<>();
        private final List<Map<String, String>> found = new ArrayList<>();
        private int steps;

        Search(String path) {
            this.path = path;
        }

        boolean isGivenUp() {
            return steps > MAX_STEPS || found.size() > MAX_FOUND;
        }

        void from(int part, int at) {
            if (part == parts.size()) {
                if (at == path.length()) {
                    found.add(Map.copyOf(values));
                }
            } else if (parts.get(part) instanceof Text text) {
                if (path.startsWith(text.text(), at)) {
                    from(part + 1, at + text.text().length());
                }
            } else if (parts.get(part) instanceof Parameter parameter) {
                if (parameter.optional()) {
                    from(part + 1, at);
                }
                if (path.startsWith(parameter.prefix(), at)) {
                    valueOf(parameter, part, at + parameter.prefix().length());
                }
            }
        }

        private void valueOf(Parameter parameter, int part, int start) {
            int last = parameter.lastEnd(path, start);
            boolean toTheEnd = part == parts.size() - 1;
            int first = toTheEnd ? path.length() - parameter.suffix().length() : start;
            for (int end = Math.max(first, start); end <= last && !isGivenUp(); end++) {
                steps++;
                if (path.startsWith(parameter.suffix(), end) && parameter.takes(path, start, end)) {
                    String value = path.substring(start, end);
                    String before = values.putIfAbsent(parameter.name(), value);
                    if (before == null || before.equals(value)) {
                        from(part + 1, end + parameter.suffix().length());
                    }
                    if (before == null) {
                        values.remove(parameter.name());
                    }
                }
            }
        }
    }

    /**
     * Fills in the template.
     *
     * @param values values by parameter
     * @param known the parameters that are left out because they have no value; every other one without a value takes each
     *     of its values in turn if these are few, and otherwise leaves the path open
     * @return the paths; none if a parameter is left out that must not be
     */
    Set<Filled> fill(Map<String, String> values, Set<String> known) {
        Set<String> paths = new LinkedHashSet<>(Set.of(""));
        for (Part part : parts) {
            if (part instanceof Text text) {
                paths = appended(paths, List.of(text.text()));
            } else if (part instanceof Parameter parameter) {
                String value = values.get(parameter.name());
                List<String> choices = value != null
                        ? List.of(parameter.around(value))
                        : known.contains(parameter.name())
                                ? (parameter.optional() ? List.of("") : List.of())
                                : parameter.choices();
                if (choices == null) {
                    Set<Filled> open = new LinkedHashSet<>();
                    String unknown = (parameter.optional() ? "" : parameter.prefix()) + "~" + parameter.name();
                    paths.forEach(path -> open.add(new Filled(path + unknown, true)));
                    return open;
                }
                paths = appended(paths, choices);
            }
        }
        Set<Filled> filled = new LinkedHashSet<>();
        paths.forEach(path -> filled.add(new Filled(path, false)));
        return filled;
    }

    private static Set<String> appended(Set<String> paths, List<String> choices) {
        Set<String> longer = new LinkedHashSet<>();
        for (String path : paths) {
            choices.forEach(choice -> longer.add(path + choice));
        }
        return longer;
    }

    /** Lists what the paths of the template start with, as far as that is known without any value. */
    Set<Filled> starts() {
        return fill(Map.of(), Set.of());
    }

    /** Returns the names of all parameters. */
    Set<String> names() {
        Set<String> names = new HashSet<>();
        parameters().forEach(parameter -> names.add(parameter.name()));
        return names;
    }
}
