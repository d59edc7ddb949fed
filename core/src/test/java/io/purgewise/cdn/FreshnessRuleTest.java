package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.Freshness.Verdict;
import io.purgewise.cdn.FreshnessProbe.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreshnessRuleTest {

    private static final Instant MARK = Instant.parse("2026-11-23T10:00:00Z");
    private static final FreshnessRule RULE = new FreshnessRule(MARK.minusSeconds(3), MARK);

    /** Asked a minute after the mark. */
    private static Answer answer(int status, String... headers) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        return new Answer("/p", MARK.plusSeconds(60), MARK.plusMillis(60_200), status, map, null);
    }

    @ParameterizedTest
    @CsvSource({
        "0, FRESH",
        "20, FRESH",
        "57, FRESH",
        "58, UNKNOWN",
        "60, UNKNOWN",
        "66, UNKNOWN",
        "67, STALE",
        "31000000, STALE",
        "-1, UNKNOWN",
        "soon, UNKNOWN",
        "99999999999, UNKNOWN"
    })
    void anAgeDecidesWhereNoClockCanMoveItAcrossTheMark(String age, Verdict verdict) {
        assertThat(RULE.judge(answer(200, "Age", age, "x-cache", "Hit from cloudfront"))
                        .verdict())
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "Miss from cloudfront, FRESH", "RefreshHit from cloudfront, FRESH", "Hit from cloudfront, UNKNOWN",
        "Error from cloudfront, UNKNOWN", "FunctionGeneratedResponse from cloudfront, UNKNOWN", "'', UNKNOWN"
    })
    void withoutAnAgeOnlyAnAnswerFetchedJustNowIsFresh(String xCache, Verdict verdict) {
        assertThat(RULE.judge(answer(200, "x-cache", xCache)).verdict()).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"404, FRESH", "308, FRESH", "304, FRESH", "500, UNKNOWN", "503, UNKNOWN", "403, UNKNOWN", "429, UNKNOWN"
    })
    void aRefusalTellsNothingAndAPageThatIsGoneIsAnAnswer(int status, Verdict verdict) {
        assertThat(RULE.judge(answer(status, "age", "3")).verdict()).isEqualTo(verdict);
    }

    @Test
    void whatTheSiteCallsOldIsNotFresh() {
        assertThat(RULE.judge(answer(200, "age", "3", "x-nextjs-cache", "STALE"))
                        .verdict())
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(RULE.judge(answer(200, "age", "3", "x-nextjs-cache", "HIT")).verdict())
                .isEqualTo(Verdict.FRESH);
        assertThat(RULE.judge(answer(200, "age", "3", "x-opennext-cache", "STALE"))
                        .verdict())
                .isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void aDateThatContradictsTheAgeLeavesItOpen() {
        String old = "Mon, 23 Nov 2026 09:00:00 GMT";
        String recent = "Mon, 23 Nov 2026 10:00:30 GMT";
        assertThat(RULE.judge(answer(200, "age", "30", "date", old)).verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(RULE.judge(answer(200, "age", "3600", "date", recent)).verdict())
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(RULE.judge(answer(200, "age", "30", "date", recent)).verdict())
                .isEqualTo(Verdict.FRESH);
        assertThat(RULE.judge(answer(200, "age", "3660", "date", old)).verdict())
                .isEqualTo(Verdict.STALE);
        assertThat(RULE.judge(answer(200, "age", "3660", "date", "yesterday")).verdict())
                .isEqualTo(Verdict.STALE);
    }

    /** A render that began before the change and was stored after its mark has a young copy of the old page. */
    @Test
    void theAppsWordShowsWhatNoAgeCan() {
        FreshnessRule.Ruling old = RULE.judge(answer(200, "age", "3", "x-content-as-of", "2026-11-23T09:59:40Z"));
        assertThat(old.verdict()).isEqualTo(Verdict.STALE);
        assertThat(RULE.judge(answer(200, "age", "3", "x-content-as-of", "2026-11-23T10:00:01Z"))
                        .verdict())
                .isEqualTo(Verdict.FRESH);
        assertThat(RULE.judge(answer(200, "age", "3", "x-content-as-of", "2026-11-23T09:59:58Z"))
                        .verdict())
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(RULE.judge(answer(200, "age", "3", "x-content-as-of", "v17")).verdict())
                .isEqualTo(Verdict.FRESH);
        FreshnessRule.Ruling held = RULE.judge(answer(200, "age", "3600", "x-content-as-of", "2026-11-23T09:00:00Z"));
        assertThat(held.verdict()).isEqualTo(Verdict.STALE);
    }

    @Test
    void whatNeverCountedBeforeItsChangeIsRefused() {
        assertThatThrownBy(() -> new FreshnessRule(MARK, MARK.minusMillis(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(MARK.toString());
    }

    /**
     * Ages copies as RFC 9111 says, over one to three caches whose clocks are up to 2 s apart, with fetches of up to 30 s of which a
     * cache may or may not count the time, and asks whether the rule ever says the opposite of what is true.
     */
    @Test
    void noClockAndNoRoundingMakesItSayTheOpposite() {
        Random random = new Random(15);
        Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
        for (int i = 0; i < 300_000; i++) {
            double mark = random.nextDouble() * 100;
            double asked = mark + (random.nextInt(4) == 0 ? 9 * random.nextDouble() : 3600 * random.nextDouble());
            // The site was asked at one moment and answered at another.
            double left = random.nextBoolean() ? asked - 9 * random.nextDouble() : asked - 7200 * random.nextDouble();
            double began = left - (random.nextInt(3) == 0 ? 30 * random.nextDouble() : 0.1 * random.nextDouble());
            double date = Math.floor(left + skew(random));
            double age = 0;
            double passed = left;
            int tiers = 1 + random.nextInt(3);
            for (int tier = 0; tier < tiers; tier++) {
                double now = tier == tiers - 1 ? asked : passed + random.nextDouble() * (asked - passed);
                double apparent = Math.max(0, passed + skew(random) - date);
                double delay = tier == 0 && random.nextBoolean() ? left - began : 0;
                age = Math.floor(Math.max(apparent, age + delay) + now - passed);
                passed = now;
            }
            Verdict verdict = new FreshnessRule(at(mark - 2), at(mark))
                    .judge(new Answer(
                            "/p",
                            at(asked - 0.1),
                            at(asked + 0.1),
                            200,
                            Map.of(
                                    "age",
                                    Long.toString((long) age),
                                    "date",
                                    DateTimeFormatter.RFC_1123_DATE_TIME.format(at(date).atZone(ZoneOffset.UTC))),
                            null))
                    .verdict();
            verdicts.merge(verdict, 1, Integer::sum);
            if ((verdict == Verdict.FRESH && left < mark) || (verdict == Verdict.STALE && began >= mark - 2)) {
                throw new AssertionError("case " + i + " is not " + verdict);
            }
        }
        assertThat(verdicts)
                .hasSize(3)
                .allSatisfy((verdict, count) -> assertThat(count).isGreaterThan(3_000));
    }

    private static double skew(Random random) {
        return random.nextDouble() * 2 - 1;
    }

    private static Instant at(double seconds) {
        return MARK.plus(Duration.ofNanos((long) (seconds * 1e9)));
    }
}
