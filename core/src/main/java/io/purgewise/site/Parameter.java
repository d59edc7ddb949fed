package io.purgewise.site;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and fills in a parameter of a {@link PathTemplate}, such as {@code :id(\\d+)} or {@code :path*}. */
final class Parameter implements PathTemplate.Part {

    /** What a parameter without a constraint takes: anything inside a segment. */
    static final String ANYTHING = "[^/]+?";

    private static final Pattern WORDS = Pattern.compile("([A-Za-z0-9_|-]|\\\\[^A-Za-z0-9])*+");

    /**
     * The longest text that a constraint is tried on, since Java's regular expressions recurse. S3 has no longer keys, so
     * that no stored page has a longer path; what is longer is taken to fit.
     */
    private static final int MAX_TRIED = 1024;

    private final String name;
    private final String prefix;
    private final String constraint;
    private final String suffix;
    private final boolean optional;
    private final boolean repeated;
    /** Takes one value; null for {@link #ANYTHING}. */
    private final @Nullable Pattern value;

    /**
     * Creates a parameter.
     *
     * @param constraint the regular expression of one value
     * @param modifier {@code ?}, {@code *}, {@code +} or empty
     * @throws java.util.regex.PatternSyntaxException if {@code constraint} is none of Java's regular expressions
     */
    Parameter(String name, String prefix, String constraint, String suffix, String modifier) {
        this.name = name;
        this.prefix = prefix;
        this.constraint = constraint;
        this.suffix = suffix;
        optional = modifier.equals("?") || modifier.equals("*");
        repeated = modifier.equals("*") || modifier.equals("+");
        value = constraint.equals(ANYTHING) ? null : Pattern.compile(constraint);
    }

    private Parameter(Parameter place, Parameter model) {
        name = place.name;
        prefix = place.prefix;
        suffix = place.suffix;
        optional = place.optional;
        constraint = model.constraint;
        repeated = model.repeated;
        value = model.value;
    }

    String name() {
        return name;
    }

    String prefix() {
        return prefix;
    }

    String suffix() {
        return suffix;
    }

    boolean optional() {
        return optional;
    }

    /** Returns what stands between the values of a parameter that repeats. */
    String separator() {
        return suffix + prefix;
    }

    boolean repeated() {
        return repeated;
    }

    Parameter withValuesOf(Parameter model) {
        return new Parameter(this, model);
    }

    String around(String text) {
        return prefix + text + suffix;
    }

    /** Returns the last index at which what the parameter takes may end, if it starts at another. */
    int lastEnd(String path, int start) {
        int slash = value != null || repeated ? -1 : path.indexOf('/', start);
        return slash < 0 ? path.length() : slash;
    }

    /** Tells whether the parameter takes a piece of a path: one value, or several with prefix and suffix between them. */
    boolean takes(String path, int start, int end) {
        String between = separator();
        if (!repeated || between.isEmpty()) {
            return takesOne(path, start, end);
        }
        for (int from = start; ; ) {
            int next = path.indexOf(between, from);
            if (next < 0 || next >= end) {
                return takesOne(path, from, end);
            }
            if (!takesOne(path, from, next)) {
                return false;
            }
            from = next + between.length();
        }
    }

    private boolean takesOne(String path, int start, int end) {
        if (value != null) {
            boolean tooLong = end - start > MAX_TRIED;
            return start <= end
                    && (tooLong || value.matcher(path).region(start, end).matches());
        }
        int slash = path.indexOf('/', start);
        return start < end && (slash < 0 || slash >= end);
    }

    /** Lists all that the parameter may put into a path; null if that is not a short list of words. */
    @Nullable
    List<String> choices() {
        String words = constraint.startsWith("(?:") && constraint.endsWith(")")
                ? constraint.substring(3, constraint.length() - 1)
                : constraint;
        if (repeated || !WORDS.matcher(words).matches()) {
            return null;
        }
        List<String> choices = new ArrayList<>();
        if (optional) {
            choices.add("");
        }
        for (String word : words.split("\\|", -1)) {
            choices.add(around(word.replace("\\", "")));
        }
        return choices;
    }
}
