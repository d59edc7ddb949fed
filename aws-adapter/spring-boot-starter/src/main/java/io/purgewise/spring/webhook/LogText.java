package io.purgewise.spring.webhook;

/** Makes text that others sent fit to be logged: it cannot start a line of its own, nor speak to a terminal. */
final class LogText {

    private LogText() {}

    /** Writes control, format and line-separating characters as <code>&#92;u001b</code>. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (isHarmless(character)) {
                escaped.append(character);
            } else {
                escaped.append(String.format("\\u%04x", (int) character));
            }
        }
        return escaped.toString();
    }

    private static boolean isHarmless(char character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
