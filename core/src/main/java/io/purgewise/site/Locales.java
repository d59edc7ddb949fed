package io.purgewise.site;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks the setting {@code i18n} of {@code next.config.js}. */
final class Locales {

    private static final Pattern LOCALE = Pattern.compile("[A-Za-z0-9_-]{1,35}");

    private Locales() {}

    /** Throws if a locale is malformed or stands twice in any case, or the default is not among them. */
    static void check(List<String> locales, String defaultLocale) {
        Set<String> seen = new HashSet<>();
        for (String locale : locales) {
            if (!LOCALE.matcher(locale).matches()) {
                throw new IllegalArgumentException("locale must look like en or de-CH, but was \"" + locale + "\"");
            }
            if (!seen.add(locale.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("locale stands twice: \"" + locale + "\" in " + locales);
            }
        }
        if (!locales.contains(defaultLocale)) {
            throw new IllegalArgumentException(
                    "default locale must be one of " + locales + ", but was \"" + defaultLocale + "\"");
        }
    }
}
