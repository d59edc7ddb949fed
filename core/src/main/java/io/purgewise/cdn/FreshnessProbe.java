package io.purgewise.cdn;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks a site for URLs through its CDN, as a reader does, so that what readers get can be judged.
 *
 * <p>An implementation reports what it saw and judges nothing. It must send what browsers send where the CDN's cache key holds it
 * ({@code Accept-Encoding} above all), since it would see another copy otherwise, and it paces itself. Implementations are
 * thread-safe.
 */
public interface FreshnessProbe {

    /**
     * Asks for URLs once, from every point of presence that this can reach.
     *
     * @param urls paths with their query strings, in CloudFront's spelling
     * @return an answer for each URL and point of presence, in any order; a URL without one counts as unknown
     * @throws InterruptedException if the thread is told to stop
     */
    List<Answer> ask(List<String> urls) throws InterruptedException;

    /**
     * Asks the site for the same content past what the CDN holds, such as by a query string that nobody uses. It is asked only for
     * URLs of which the CDN's copy is so close to the mark that its age does not decide.
     *
     * @param urls paths with their query strings, in CloudFront's spelling
     * @return an answer for each URL, under the URL that was given; by default none, and such URLs stay unknown
     * @throws InterruptedException if the thread is told to stop
     */
    default List<Answer> askPastCaches(List<String> urls) throws InterruptedException {
        Objects.requireNonNull(urls, "urls");
        return List.of();
    }

    /**
     * Is what one URL answered at one point of presence.
     *
     * @param url the URL as it was given
     * @param askedAt when the question was sent
     * @param answeredAt when its header had arrived, by the same clock
     * @param status the HTTP status; 0 if there was no answer
     * @param headers the response headers, their names in lower case; the first value of each
     * @param failure why there was no answer, or null if there was one
     */
    record Answer(
            String url,
            Instant askedAt,
            Instant answeredAt,
            int status,
            Map<String, String> headers,
            @Nullable String failure) {

        /**
         * Creates an answer; header names are put in lower case.
         *
         * @throws IllegalArgumentException if there is neither a status nor a failure, or the answer came before the question
         */
        public Answer {
            Objects.requireNonNull(url, "url");
            Objects.requireNonNull(askedAt, "askedAt");
            Objects.requireNonNull(answeredAt, "answeredAt");
            Map<String, String> lower = new TreeMap<>();
            Objects.requireNonNull(headers, "headers")
                    .forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
            headers = Map.copyOf(lower);
            if ((status == 0) != (failure != null)) {
                throw new IllegalArgumentException(
                        "an answer has a status or a failure, but had " + status + " and " + failure);
            }
            if (answeredAt.isBefore(askedAt)) {
                throw new IllegalArgumentException("an answer cannot come before its question, but came at "
                        + answeredAt + ", asked at " + askedAt);
            }
        }

        /**
         * Makes the answer of a URL that did not answer.
         *
         * @param url the URL
         * @param askedAt when the question was sent
         * @param failedAt when it was given up
         * @param reason why, in words
         * @return the answer
         */
        public static Answer failed(String url, Instant askedAt, Instant failedAt, String reason) {
            Objects.requireNonNull(failedAt, "failedAt");
            return new Answer(url, askedAt, failedAt, 0, Map.of(), Objects.requireNonNull(reason, "reason"));
        }

        /**
         * Returns a response header.
         *
         * @param name its name in lower case
         * @return its value, if it was sent
         */
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(Objects.requireNonNull(name, "name")));
        }

        /**
         * Returns where the answer comes from.
         *
         * @return the point of presence, as CloudFront's {@code x-amz-cf-pop} names it; empty if it does not say
         */
        public Optional<String> pointOfPresence() {
            return header("x-amz-cf-pop");
        }
    }
}
