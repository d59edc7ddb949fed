package io.purgewise.cache;

/** Quotes text in messages, a few hundred characters of it at most. */
final class Quoted {

    private static final int MAX_LENGTH = 200;

    private Quoted() {}

    /** Puts a text in quotation marks; of a long one, its beginning and its length. */
    static String of(String text) {
        if (text.length() <= MAX_LENGTH) {
            return "\"" + text + "\"";
        }
        int end = Character.isHighSurrogate(text.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH;
        return "\"" + text.substring(0, end) + "...\" (" + text.length() + " characters)";
    }
}
