package io.purgewise.cdn;

import io.purgewise.cdn.Freshness.Verdict;
import io.purgewise.cdn.FreshnessProbe.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Decides whether a copy that the CDN gave is fresh, stale or unknown. Immutable and thread-safe.
 *
 * <p><b>What is proved.</b> Let <i>mark</i> be the moment, on this machine's clock, from which the site gives no page from before
 * its marks any more; {@link Clearing} begins to clear after it. Let <i>L</i> be the moment from which the copy's age counts, which lies
 * between the site being asked for it and the site answering. If <i>L</i> is not before the mark, the site answered under the
 * mark: the copy is fresh. (A site whose renderings may take long needs {@code Revalidator.Builder.slowestRender}, which moves the
 * mark, or the app's word below.) If <i>L</i> is before the change, the site was asked before the change was made known, and
 * the clearing, which began later, was to remove whatever it gave: the copy is stale. Between the two a copy may be old or new; it
 * is stale if its ETag differs from that of a fresh copy of the same URL, and fresh if it is the same. <i>L</i> is not known; the
 * rule bounds it from both sides, and says {@code UNKNOWN} whenever what it is compared with lies between the bounds.
 *
 * <p><b>The bounds.</b> A shared cache sends {@code Age}, its estimate of the time since <i>L</i>, in whole seconds (RFC 9111, 4.2.3
 * and 5.1). With the question sent at <i>q</i> and answered at <i>r</i>:
 *
 * <ul>
 *   <li><i>L</i> &ge; <i>q</i> - Age - {@link #ROUNDING}: each cache on the way cuts a fraction off, at most a second each, and
 *       CloudFront has at most three tiers (edge, regional cache, Origin Shield). Nothing else makes Age too small: it is the
 *       greater of two estimates, one of which is a duration and does not depend on how clocks are set.
 *   <li><i>L</i> &le; <i>r</i> - Age + {@link #SKEW}: the other estimate compares the origin's {@code Date}, itself cut to the
 *       second, with the cache's clock, so Age may be too large by as much as the clocks differ and a second more.
 * </ul>
 *
 * <p><b>No Age.</b> An answer that a cache fetched just now has none; {@code x-cache: Miss} (or {@code RefreshHit}, which asked
 * the origin whether its copy is still the one) says so, and then <i>L</i> &ge; <i>q</i>. An answer that no cache may keep ({@code no-store}, {@code private})
 * comes from the site too. Without any of these, nothing is known.
 *
 * <p><b>A second witness.</b> {@code Date} is the origin's clock when it answered. Where it contradicts the Age by more than clocks
 * differ, as behind a proxy that passes on an Age of its own, the answer is unknown. {@code x-nextjs-cache: STALE} (and
 * OpenNext's {@code x-opennext-cache}) is the site's own word that it gave an old page and renders a new one: unknown until it
 * has. {@code ETag} and {@code Last-Modified} alone prove nothing, since a page may be the same after the change, and another
 * after a rendering without a change. An ETag equal to that of a fresh copy of the same URL proves freshness, and no more.
 *
 * <p><b>The app's word.</b> {@value #CONTENT_AS_OF}, if the app sends it, is the moment at which it began to read the page's data
 * (ISO 8601 instant). It stands above the age: it sees what no age can show, a
 * rendering that began before the change and was stored after the mark.
 *
 * @param changedAt when the change was made known, after its data was written
 * @param markedAt from when on the site gives no page from before the marks
 */
public record FreshnessRule(Instant changedAt, Instant markedAt) {

    /** How much an Age may be too small: a second for each of three tiers. */
    public static final Duration ROUNDING = Duration.ofSeconds(3);

    /** By how much the clocks of this machine, the CDN and the site may differ, and the second that Date is cut to. */
    public static final Duration SKEW = Duration.ofSeconds(3);

    /** The response header in which an app says as of when its content is. */
    public static final String CONTENT_AS_OF = "x-content-as-of";

    /**
     * Creates a rule.
     *
     * @throws IllegalArgumentException if marks count before the change was made known
     */
    public FreshnessRule {
        Objects.requireNonNull(changedAt, "changedAt");
        if (Objects.requireNonNull(markedAt, "markedAt").isBefore(changedAt)) {
            throw new IllegalArgumentException("marks cannot count before the change was made known at " + changedAt
                    + ", but were said to count from " + markedAt);
        }
    }

    /**
     * Is what the rule says about one answer.
     *
     * @param verdict the verdict
     * @param reason why, in words
     */
    public record Ruling(Verdict verdict, String reason) {

        /** Refuses null. */
        public Ruling {
            Objects.requireNonNull(verdict, "verdict");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * Judges an answer.
     *
     * @param answer what a URL answered
     * @return the verdict and its reason
     */
    public Ruling judge(Answer answer) {
        Objects.requireNonNull(answer, "answer");
        if (answer.failure() != null) {
            return unknown("no answer: " + answer.failure());
        }
        int status = answer.status();
        if (status >= 500 || status == 401 || status == 403 || status == 405 || status == 429) {
            return unknown("status " + status + " tells nothing about the page");
        }
        Ruling byAge = byAge(answer);
        Optional<Instant> asOf = answer.header(CONTENT_AS_OF).flatMap(FreshnessRule::instant);
        if (asOf.isPresent()) {
            Instant read = asOf.get();
            if (read.plus(SKEW).isBefore(changedAt)) {
                return new Ruling(
                        Verdict.STALE,
                        "its content is as of " + read
                                + ", before the change; if clearing does not help, the site keeps a"
                                + " page that was rendered before and stored after its mark: revalidate again");
            }
            if (!read.minus(SKEW).isBefore(changedAt)) {
                return fresh("its content is as of " + read);
            }
            return byAge.verdict() == Verdict.FRESH
                    ? unknown("its content is as of " + read + ", about when the change was made known")
                    : byAge;
        }
        return byAge;
    }

    private Ruling byAge(Answer answer) {
        String xCache = answer.header("x-cache").orElse("").toLowerCase(Locale.ROOT);
        Optional<Long> age = answer.header("age").flatMap(FreshnessRule::seconds);
        boolean fetched = xCache.startsWith("miss") || xCache.startsWith("refreshhit") || isKeptByNoCache(answer);
        if (age.isEmpty() && !fetched) {
            return unknown("neither Age nor x-cache says how old the copy is");
        }
        Duration old = Duration.ofSeconds(age.orElse(0L));
        Instant earliest = answer.askedAt().minus(old).minus(age.isEmpty() ? Duration.ZERO : ROUNDING);
        Instant latest = latest(answer, old);
        Optional<Instant> date = answer.header("date").flatMap(FreshnessRule::httpDate);
        if (!earliest.isBefore(markedAt)) {
            return freshByAge(answer, earliest, date);
        }
        if (latest.isBefore(changedAt) && !xCache.startsWith("refreshhit")) {
            return date.isPresent() && !date.get().isBefore(changedAt)
                    ? unknown("Age says that it is from before " + latest + ", Date says " + date.get())
                    : new Ruling(
                            Verdict.STALE,
                            "the site was asked for it before " + latest + ", and the change was made known at "
                                    + changedAt);
        }
        return unknown("it is from about the time between the change, " + changedAt + ", and its marks, " + markedAt);
    }

    private static Instant latest(Answer answer, Duration age) {
        return answer.answeredAt().minus(age).plus(SKEW);
    }

    /** Tells whether a copy, of which the age alone decides nothing, is from before the mark for sure. */
    boolean isBeforeMark(Answer answer) {
        return answer.header("age")
                .flatMap(FreshnessRule::seconds)
                .filter(age -> latest(answer, Duration.ofSeconds(age)).isBefore(markedAt))
                .isPresent();
    }

    private Ruling freshByAge(Answer answer, Instant earliest, Optional<Instant> date) {
        if (date.isPresent() && date.get().plus(SKEW).isBefore(markedAt)) {
            return unknown("Age says that it is from after " + earliest + ", Date says " + date.get());
        }
        boolean old = answer.header("x-nextjs-cache")
                        .filter("STALE"::equalsIgnoreCase)
                        .isPresent()
                || answer.header("x-opennext-cache")
                        .filter("STALE"::equalsIgnoreCase)
                        .isPresent();
        return old
                ? unknown("the site says that it gave an old page, and renders a new one")
                : fresh("it is from after " + earliest);
    }

    private static boolean isKeptByNoCache(Answer answer) {
        String control = answer.header("cache-control").orElse("").toLowerCase(Locale.ROOT);
        return control.contains("no-store") || control.contains("private");
    }

    private static Ruling fresh(String reason) {
        return new Ruling(Verdict.FRESH, reason);
    }

    private static Ruling unknown(String reason) {
        return new Ruling(Verdict.UNKNOWN, reason);
    }

    private static Optional<Long> seconds(String text) {
        String digits = text.strip();
        return digits.matches("\\d{1,10}") ? Optional.of(Long.parseLong(digits)) : Optional.empty();
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text.strip()));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> httpDate(String text) {
        try {
            return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip(), Instant::from));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
