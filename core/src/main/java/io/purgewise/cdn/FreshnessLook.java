package io.purgewise.cdn;

import io.purgewise.cdn.Freshness.Verdict;
import io.purgewise.cdn.FreshnessProbe.Answer;
import io.purgewise.cdn.FreshnessRule.Ruling;
import io.purgewise.internal.Interrupts;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Asks for URLs and judges each by all of its answers: stale if one is, fresh if all are. Used by one thread. */
final class FreshnessLook {

    private static final System.Logger LOG = System.getLogger(Clearing.class.getName());

    private final FreshnessProbe probe;
    private final FreshnessRule rule;
    private final Set<String> pointsOfPresence = new HashSet<>();
    private Ruling noAnswer = new Ruling(Verdict.UNKNOWN, "the probe brought no answer");

    FreshnessLook(FreshnessProbe probe, FreshnessRule rule) {
        this.probe = probe;
        this.rule = rule;
    }

    Set<String> pointsOfPresence() {
        return pointsOfPresence;
    }

    /** An answer and what the rule says of it. */
    private record Judged(Answer answer, Ruling ruling) {}

    /** Asks once for each URL, and once more past the caches for those whose age does not decide. */
    Map<String, Ruling> at(List<String> urls) throws InterruptedException {
        if (urls.isEmpty()) {
            return Map.of();
        }
        Map<String, List<Judged>> answers = judged(urls, asked(() -> probe.ask(urls)));
        answers.values()
                .forEach(each ->
                        each.forEach(judged -> judged.answer().pointOfPresence().ifPresent(pointsOfPresence::add)));
        Map<String, Ruling> rulings = new LinkedHashMap<>();
        List<String> inDoubt = new ArrayList<>();
        for (String url : urls) {
            List<Judged> some = answers.getOrDefault(url, List.of());
            Ruling ruling = worst(some, freshEtags(some));
            rulings.put(url, ruling);
            if (ruling.verdict() == Verdict.UNKNOWN
                    && some.stream().anyMatch(each -> etag(each.answer()).isPresent())) {
                inDoubt.add(url);
            }
        }
        if (!inDoubt.isEmpty()) {
            judged(inDoubt, asked(() -> probe.askPastCaches(inDoubt)))
                    .forEach((url, past) ->
                            rulings.put(url, worst(answers.getOrDefault(url, List.of()), freshEtags(past))));
        }
        return rulings;
    }

    private interface Question {
        List<Answer> ask() throws InterruptedException;
    }

    private List<Answer> asked(Question question) throws InterruptedException {
        try {
            return question.ask();
        } catch (Exception e) {
            Interrupts.keep(e);
            LOG.log(Level.DEBUG, "the probe failed, so nothing is known of its URLs", e);
            noAnswer = new Ruling(Verdict.UNKNOWN, "the probe failed: " + e);
            return List.of();
        }
    }

    private Map<String, List<Judged>> judged(List<String> urls, List<Answer> answers) {
        Set<String> known = Set.copyOf(urls);
        Map<String, List<Judged>> byUrl = new HashMap<>();
        for (Answer answer : answers) {
            if (known.contains(answer.url())) {
                byUrl.computeIfAbsent(answer.url(), url -> new ArrayList<>())
                        .add(new Judged(answer, rule.judge(answer)));
            }
        }
        return byUrl;
    }

    /** Returns the gravest ruling. */
    private Ruling worst(List<Judged> answers, Set<String> freshEtags) {
        Ruling worst = null;
        for (Judged each : answers) {
            Ruling ruling = compared(each, freshEtags);
            if (worst == null || severity(ruling) > severity(worst)) {
                worst = ruling;
            }
        }
        return worst == null ? noAnswer : worst;
    }

    /** A copy in doubt is fresh if it equals one that is, and stale if it differs and is older. */
    private Ruling compared(Judged judged, Set<String> freshEtags) {
        Optional<String> etag = etag(judged.answer());
        if (judged.ruling().verdict() != Verdict.UNKNOWN || freshEtags.isEmpty() || etag.isEmpty()) {
            return judged.ruling();
        }
        if (freshEtags.contains(etag.get())) {
            return new Ruling(Verdict.FRESH, "its ETag is that of a fresh copy");
        }
        return rule.isBeforeMark(judged.answer())
                ? new Ruling(Verdict.STALE, "it is from before the mark, and its ETag is not that of a fresh copy")
                : judged.ruling();
    }

    private static int severity(Ruling ruling) {
        return switch (ruling.verdict()) {
            case FRESH -> 0;
            case UNKNOWN -> 1;
            case STALE -> 2;
        };
    }

    private static Set<String> freshEtags(List<Judged> answers) {
        Set<String> etags = new HashSet<>();
        for (Judged each : answers) {
            if (each.ruling().verdict() == Verdict.FRESH) {
                etag(each.answer()).ifPresent(etags::add);
            }
        }
        return etags;
    }

    /** Returns the ETag of a whole answer; CloudFront makes it a weak one where it compresses. */
    private static Optional<String> etag(Answer answer) {
        return answer.status() != 200
                ? Optional.empty()
                : answer.header("etag").map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag);
    }
}
