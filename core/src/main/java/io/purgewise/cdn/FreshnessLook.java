package io.purgewise.cdn;

import io.purgewise.cdn.Freshness.Verdict;
import io.purgewise.cdn.FreshnessProbe.Answer;
import io.purgewise.cdn.FreshnessRule.Ruling;
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
    private Ruling noAnswer = new Ruling(Verdict.UNKNOWN, "the probe brought no answer", true);

    FreshnessLook(FreshnessProbe probe, FreshnessRule rule) {
        this.probe = probe;
        this.rule = rule;
    }

    Set<String> pointsOfPresence() {
        return pointsOfPresence;
    }

    /** Asks once for each URL, and once more past the caches for those whose age does not decide. */
    Map<String, Ruling> at(List<String> urls) throws InterruptedException {
        if (urls.isEmpty()) {
            return Map.of();
        }
        Map<String, List<Answer>> answers = byUrl(urls, asked(() -> probe.ask(urls)));
        answers.values()
                .forEach(each -> each.forEach(answer -> answer.pointOfPresence().ifPresent(pointsOfPresence::add)));
        Map<String, Ruling> rulings = new LinkedHashMap<>();
        urls.forEach(url -> rulings.put(url, worst(answers.getOrDefault(url, List.of()), Set.of())));
        List<String> inDoubt = urls.stream()
                .filter(url -> isInDoubt(rulings.getOrDefault(url, noAnswer), answers.getOrDefault(url, List.of())))
                .toList();
        if (!inDoubt.isEmpty()) {
            Map<String, List<Answer>> past = byUrl(inDoubt, asked(() -> probe.askPastCaches(inDoubt)));
            past.forEach((url, each) ->
                    rulings.put(url, worst(answers.getOrDefault(url, List.of()), freshEtags(each))));
        }
        return rulings;
    }

    private interface Question {
        List<Answer> ask() throws InterruptedException;
    }

    private List<Answer> asked(Question question) throws InterruptedException {
        try {
            return question.ask();
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "the probe failed, so nothing is known of its URLs", e);
            noAnswer = new Ruling(Verdict.UNKNOWN, "the probe failed: " + e, true);
            return List.of();
        }
    }

    private static Map<String, List<Answer>> byUrl(List<String> urls, List<Answer> answers) {
        Set<String> known = Set.copyOf(urls);
        Map<String, List<Answer>> byUrl = new HashMap<>();
        for (Answer answer : answers) {
            if (known.contains(answer.url())) {
                byUrl.computeIfAbsent(answer.url(), url -> new ArrayList<>()).add(answer);
            }
        }
        return byUrl;
    }

    private Ruling worst(List<Answer> answers, Set<String> freshEtags) {
        Set<String> etags = new HashSet<>(freshEtags);
        etags.addAll(freshEtags(answers));
        Ruling worst = null;
        for (Answer answer : answers) {
            Ruling ruling = rule.judge(answer);
            if (ruling.verdict() == Verdict.UNKNOWN
                    && etag(answer).filter(etags::contains).isPresent()) {
                ruling = new Ruling(Verdict.FRESH, "its ETag is that of a fresh copy", true);
            }
            if (worst == null || severity(ruling) > severity(worst)) {
                worst = ruling;
            }
        }
        return worst == null ? noAnswer : worst;
    }

    private static int severity(Ruling ruling) {
        return switch (ruling.verdict()) {
            case FRESH -> 0;
            case UNKNOWN -> 1;
            case STALE -> 2;
        };
    }

    private static boolean isInDoubt(Ruling ruling, List<Answer> answers) {
        return ruling.verdict() == Verdict.UNKNOWN
                && answers.stream().anyMatch(answer -> etag(answer).isPresent());
    }

    private Set<String> freshEtags(List<Answer> answers) {
        Set<String> etags = new HashSet<>();
        for (Answer answer : answers) {
            if (rule.judge(answer).verdict() == Verdict.FRESH) {
                etag(answer).ifPresent(etags::add);
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
