package io.purgewise.site;

import io.purgewise.internal.Quoted;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Holds the setting {@code i18n} of {@code next.config}.
 *
 * @param locales the locales of the Pages Router; empty for a site without them
 * @param defaultLocale the one whose URLs need no prefix, on every host that is no domain of its own
 * @param domains the default locales of the domains that have one of their own, by domain
 */
record I18n(List<String> locales, @Nullable String defaultLocale, Map<String, String> domains) {

    static final I18n NONE = new I18n(List.of(), null, Map.of());

    private static final Pattern LOCALE = Pattern.compile("[A-Za-z0-9_-]{1,35}");
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9_.-]{1,253}(:[0-9]{1,5})?");

    I18n {
        locales = List.copyOf(locales);
        domains = new LinkedHashMap<>(domains);
        Set<String> seen = new HashSet<>();
        for (String locale : locales) {
            if (!LOCALE.matcher(locale).matches()) {
                throw new IllegalArgumentException("locale must look like en or de-CH, but was " + Quoted.of(locale));
            }
            if (!seen.add(locale.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("locale stands twice: " + Quoted.of(locale));
            }
        }
        if (defaultLocale != null) {
            requireKnown("default locale", locales, defaultLocale);
        }
        for (Map.Entry<String, String> domain : domains.entrySet()) {
            if (!DOMAIN.matcher(domain.getKey()).matches()) {
                throw new IllegalArgumentException(
                        "domain must look like example.nl, without a scheme, but was " + Quoted.of(domain.getKey()));
            }
            requireKnown("default locale of domain " + domain.getKey(), locales, domain.getValue());
        }
    }

    private static void requireKnown(String what, List<String> locales, String locale) {
        if (!locales.contains(locale)) {
            throw new IllegalArgumentException(what + " must be one of " + locales + ", but was " + Quoted.of(locale));
        }
    }

    /** Returns the locale whose URLs need no prefix on a host. */
    @Nullable
    String defaultLocale(String host) {
        for (Map.Entry<String, String> domain : domains.entrySet()) {
            if (domain.getKey().equalsIgnoreCase(host)) {
                return domain.getValue();
            }
        }
        return defaultLocale;
    }

    /** Finds the locale that a path starts with, in any case; null if it starts with none. */
    @Nullable
    String localeOf(String path) {
        int end = path.indexOf('/', 1);
        String first = path.substring(Math.min(1, path.length()), end < 0 ? path.length() : end);
        return locales.stream().filter(first::equalsIgnoreCase).findFirst().orElse(null);
    }
}
