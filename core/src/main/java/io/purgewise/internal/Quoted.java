package io.purgewise.internal;

import java.util.Objects;

/** Quotes text in messages, a few hundred characters of it at most. */
public final class Quoted {

    private static final int MAX_LENGTH = 300;

    private Quoted() {}

    /**
     * Puts a text in quotation marks; of a long one, its beginning and its length.
     *
     * @param text the text
     * @return the text as a message shows it
     */
    public static String of(String text) {
        if (Objects.requireNonNull(text, "text").length() <= MAX_LENGTH) {
            return "\"" + text + "\"";
        }
        int end = Character.isHighSurrogate(text.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH;
        return "\"" + text.substring(0, end) + "...\" (" + text.length() + " characters)";
    }
}
