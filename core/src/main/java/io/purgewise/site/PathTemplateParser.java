package io.purgewise.site;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the paths of Next.js's rewrites: {@code path-to-regexp} 6, which Next.js 13 to 16 and OpenNext use.
 *
 * <p>{@code :name} takes a segment or what is left of one; {@code (...)} behind it constrains it; {@code ?}, {@code *} and
 * {@code +} make it optional or repeat it together with the slash before it; braces say what belongs to a parameter; a
 * backslash takes the meaning from a character.
 */
final class PathTemplateParser {

    /** The longest source or destination that Next.js itself takes. */
    private static final int MAX_LENGTH = 4096;

    private static final int MAX_PARAMETERS = 32;

    private final String template;
    private final boolean destination;
    private final List<PathTemplate.Part> parts = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private int parameters;
    private int unnamed;
    private int at;

    private PathTemplateParser(String template, boolean destination) {
        this.template = template;
        this.destination = destination;
    }

    /** Reads the path of a source. */
    static PathTemplate source(String source) {
        return new PathTemplateParser(source, false).parse();
    }

    /** Reads the path of a destination; its query string and fragment say nothing of the page. */
    static PathTemplate destination(String destination) {
        int end = 0;
        while (end < destination.length() && "?#".indexOf(destination.charAt(end)) < 0) {
            end += destination.charAt(end) == '\\' ? 2 : 1;
        }
        return new PathTemplateParser(destination.substring(0, Math.min(end, destination.length())), true).parse();
    }

    private PathTemplate parse() {
        if (!template.startsWith("/") || template.startsWith("//") || template.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "it must start with one / and have at most " + MAX_LENGTH + " characters");
        }
        while (at < template.length()) {
            char c = template.charAt(at);
            switch (c) {
                case ':', '(' -> parameter();
                case '{' -> group();
                case '}', '*', '+', '?' ->
                    throw new IllegalArgumentException("\"" + c + "\" at index " + at
                            + " follows no parameter; write \\" + c + " for the character itself");
                default -> character();
            }
        }
        dropClosingSlash();
        flush();
        return new PathTemplate(parts);
    }

    /** Reads one character of text, or a parameter that has it as its prefix. */
    private void character() {
        char c = template.charAt(at);
        boolean escape = c == '\\' && at + 1 < template.length();
        text.append(escape ? template.charAt(at + 1) : c);
        at += escape ? 2 : 1;
    }

    private void parameter() {
        String interception = interception();
        if (!interception.isEmpty()) {
            text.append(interception);
            at += interception.length();
            return;
        }
        String prefix = "";
        boolean escaped = at > 1 && template.charAt(at - 2) == '\\';
        if (!text.isEmpty() && !escaped && "./".indexOf(text.charAt(text.length() - 1)) >= 0) {
            prefix = text.substring(text.length() - 1);
            text.setLength(text.length() - 1);
        }
        flush();
        String name = name();
        String constraint = constraint();
        add(name, prefix, constraint.isEmpty() ? Parameter.ANYTHING : constraint, "");
    }

    /** A destination may hold an intercepted route's marker, which looks like a constraint and is none. */
    private String interception() {
        if (destination && at > 0 && template.charAt(at - 1) == '/') {
            for (String marker : AppPath.INTERCEPTIONS) {
                if (template.startsWith(marker, at)) {
                    return marker;
                }
            }
        }
        return "";
    }

    private void group() {
        flush();
        at++;
        String prefix = groupText();
        String name = name();
        String constraint = constraint();
        String suffix = groupText();
        if (at == template.length() || template.charAt(at) != '}') {
            throw new IllegalArgumentException("a { is not closed, or holds more than one parameter");
        }
        at++;
        add(name, prefix, constraint.isEmpty() && !name.isEmpty() ? Parameter.ANYTHING : constraint, suffix);
    }

    private String groupText() {
        int before = text.length();
        while (at < template.length() && ":({}".indexOf(template.charAt(at)) < 0) {
            character();
        }
        String found = text.substring(before);
        text.setLength(before);
        return found;
    }

    private void add(String name, String prefix, String constraint, String suffix) {
        if (++parameters > MAX_PARAMETERS) {
            throw new IllegalArgumentException("it has more than " + MAX_PARAMETERS + " parameters");
        }
        String modifier =
                at < template.length() && "?*+".indexOf(template.charAt(at)) >= 0 ? template.substring(at, ++at) : "";
        // Destinations name a group without a name by its number; braces without a group have none.
        String known = !name.isEmpty() ? name : constraint.isEmpty() ? "{" + parameters : String.valueOf(unnamed++);
        parts.add(new Parameter(known, decoded(prefix), constraint, decoded(suffix), modifier));
    }

    private String name() {
        if (at == template.length() || template.charAt(at) != ':') {
            return "";
        }
        int start = ++at;
        while (at < template.length() && isNamePart(template.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw new IllegalArgumentException("a : at index " + (start - 1) + " has no name behind it");
        }
        return template.substring(start, at);
    }

    private static boolean isNamePart(char c) {
        return c == '_' || (c < 0x80 && Character.isLetterOrDigit(c));
    }

    private String constraint() {
        if (at == template.length() || template.charAt(at) != '(') {
            return "";
        }
        int start = ++at;
        int depth = 1;
        for (; at < template.length(); at++) {
            char c = template.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == ')' && --depth == 0) {
                break;
            } else if (c == '(') {
                depth++;
                if (!template.startsWith("?", at + 1)) {
                    throw new IllegalArgumentException("a constraint holds a group that captures; write (?:...)");
                }
            }
        }
        if (at >= template.length() || at == start) {
            throw new IllegalArgumentException("a ( is not closed or empty");
        }
        return template.substring(start, at++);
    }

    private void dropClosingSlash() {
        if (!text.isEmpty() && text.charAt(text.length() - 1) == '/') {
            text.setLength(text.length() - 1);
        }
    }

    private void flush() {
        if (!text.isEmpty()) {
            parts.add(new PathTemplate.Text(decoded(text.toString())));
            text.setLength(0);
        }
    }

    private static String decoded(String text) {
        return text.indexOf('%') < 0 ? text : PathSegments.decode(text);
    }
}
