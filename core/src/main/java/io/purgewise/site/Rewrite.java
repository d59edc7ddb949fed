package io.purgewise.site;

import io.purgewise.internal.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Describes a rewrite: visitors ask for one path, and Next.js answers with the page of another.
 *
 * <p>Source and destination are spelled as in {@code next.config} (Next.js, "rewrites"): {@code /news/:slug} leads to
 * {@code /en/blog/:slug}, {@code /:path*} to {@code /en/:path*}. A rewrite is read backwards too, from the page that changed
 * to the paths that visitors ask for, so its destination must tell all parameters of its source, or those it drops must be
 * a choice of words such as {@code :locale(en|fr)}. A parameter that only the destination has (a {@code has} condition or a
 * middleware gives it a value, the host's name for instance) may be any one segment. Conditions ({@code has},
 * {@code missing}) are left out: what a rewrite answers to some visitors is cleared.
 *
 * <p>Instances are immutable and thread-safe.
 */
public final class Rewrite {

    private final String source;
    private final String destination;
    private final PathTemplate sourcePath;
    private final PathTemplate destinationPath;
    private final boolean belowBasePath;
    private final boolean inEveryLocale;

    private Rewrite(String source, String destination) {
        this.source = Objects.requireNonNull(source, "source");
        this.destination = Objects.requireNonNull(destination, "destination");
        belowBasePath = true;
        inEveryLocale = true;
        try {
            sourcePath = PathTemplateParser.source(source);
            if (sourcePath.names().size() < sourcePath.parameters().size()) {
                throw new IllegalArgumentException("two parameters of the source have one name");
            }
            destinationPath = PathTemplateParser.destination(destination).constrainedBy(sourcePath);
            destinationPath.parameters().forEach(this::checkRepetition);
        } catch (PatternSyntaxException e) {
            throw refused("a constraint is no regular expression: " + e.getDescription(), e);
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()), e);
        }
    }

    private Rewrite(Rewrite rewrite, boolean belowBasePath, boolean inEveryLocale) {
        source = rewrite.source;
        destination = rewrite.destination;
        sourcePath = rewrite.sourcePath;
        destinationPath = rewrite.destinationPath;
        this.belowBasePath = belowBasePath;
        this.inEveryLocale = inEveryLocale;
    }

    /**
     * Creates a rewrite that can be read backwards.
     *
     * @param source the visitors' path, without base path and, unless {@link #withoutLocale()} is called, without locale
     * @param destination the page's path, likewise; its query string says nothing of the page
     * @return the rewrite
     * @throws IllegalArgumentException if the two are no source and destination of a rewrite inside the site, or visitors'
     *     paths do not follow from the page's because the destination drops a parameter; the message says what to do
     */
    public static Rewrite of(String source, String destination) {
        Rewrite rewrite = new Rewrite(source, destination);
        for (Parameter parameter : rewrite.sourcePath.parameters()) {
            boolean told = rewrite.destinationPath.names().contains(parameter.name());
            if (!told && parameter.choices() == null) {
                throw rewrite.refused(
                        "the destination drops parameter \"" + parameter.name()
                                + "\", so that visitors' paths do not follow"
                                + " from the page's; constrain it to a choice of words such as (en|fr), leave the rewrite out"
                                + " and name the paths with visitorPaths, or use Rewrite.widening",
                        null);
            }
        }
        return rewrite;
    }

    /**
     * Creates a rewrite whose visitors' paths need not follow from the page's.
     *
     * <p>Where they do not, the paths that the rewrite leads to a page can be cleared by a wildcard alone, from the first
     * parameter that is not known: {@link PageUrls#unnameable()} has it.
     *
     * @param source the visitors' path, see {@link #of}
     * @param destination the page's path, likewise
     * @return the rewrite
     * @throws IllegalArgumentException if the two are no source and destination of a rewrite inside the site
     */
    public static Rewrite widening(String source, String destination) {
        return new Rewrite(source, destination);
    }

    /**
     * Has source and destination hold the base path where they are to be below it ({@code basePath: false}).
     *
     * @return the rewrite
     */
    public Rewrite withoutBasePath() {
        return new Rewrite(this, false, inEveryLocale);
    }

    /**
     * Has source and destination hold the locale, if the site has locales ({@code locale: false}).
     *
     * @return the rewrite
     */
    public Rewrite withoutLocale() {
        return new Rewrite(this, belowBasePath, false);
    }

    /** Mirrors the error that Next.js answers such a rewrite with at run time ("invalid-multi-match"). */
    private void checkRepetition(Parameter inDestination) {
        Parameter inSource = sourcePath.parameter(inDestination.name());
        if (inSource == null || !inSource.repeated()) {
            return;
        }
        Parameter written = PathTemplateParser.destination(destination).parameter(inDestination.name());
        if (written != null && !written.repeated()) {
            throw new IllegalArgumentException("parameter \"" + inDestination.name()
                    + "\" repeats in the source, so it needs a * in the destination too");
        }
        if (!inDestination.separator().equals(inSource.separator())) {
            throw new IllegalArgumentException("parameter \"" + inDestination.name() + "\" repeats with \""
                    + inSource.separator() + "\" between its values in the source, and with \""
                    + inDestination.separator() + "\" in the destination");
        }
    }

    private IllegalArgumentException refused(String why, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "rewrite " + Quoted.of(source) + " to " + Quoted.of(destination) + " cannot be used: " + why, cause);
    }

    /** Returns the rule with base path and locales as Next.js adds them ({@code load-custom-routes}). */
    RewriteRule rule(String basePath, List<String> locales) {
        List<PathTemplate.Part> before = new ArrayList<>();
        if (belowBasePath && !basePath.isEmpty()) {
            before.add(new PathTemplate.Text(basePath));
        }
        if (inEveryLocale && !locales.isEmpty()) {
            before.add(new Parameter("nextInternalLocale", "/", String.join("|", locales), "", ""));
        }
        return new RewriteRule(sourcePath.after(before), destinationPath.after(before));
    }

    /** Returns the two paths, such as {@code /news/:slug -> /en/blog/:slug}. */
    @Override
    public String toString() {
        return source + " -> " + destination;
    }
}
