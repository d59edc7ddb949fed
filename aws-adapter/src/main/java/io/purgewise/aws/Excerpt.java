package io.purgewise.aws;

/** Quotes stored or sent text in messages: at most 300 characters of it, with control characters escaped. */
final class Excerpt {

    private static final int LONGEST = 300;

    private Excerpt() {}

    /** Quotes the message of a failure; a failure without one is quoted by the words given. */
    static String ofMessage(Throwable failure, String otherwise) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? otherwise : of(message);
    }

    /** Returns the text, or its start and its length if it is long; no control character survives. */
    static String of(String text) {
        StringBuilder quoted = new StringBuilder();
        int end = Math.min(text.length(), LONGEST);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || c == '\u2028'
                    || c == '\u2029') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        if (end < text.length()) {
            quoted.append("... (").append(text.length()).append(" characters)");
        }
        return quoted.toString();
    }
}
