package io.purgewise.aws;

import io.purgewise.cache.PageRenderer;
import io.purgewise.cache.PageRenderer.Rendering;
import io.purgewise.cache.PageRenderer.Rendering.Outcome;
import io.purgewise.cdn.Ambient;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/**
 * Renders pages anew by asking the site for them as OpenNext's own revalidation function does: {@code HEAD} with
 * {@code x-prerender-revalidate} and {@code x-isr} (OpenNext {@code adapters/revalidate}).
 *
 * <p>The site has done it when its answer says {@code x-nextjs-cache: REVALIDATED} with status 200, 307, 308 or 404 (OpenNext
 * 3.10.0). A 200 without that header mostly means that the CDN answered, whose cache key must hold
 * {@code x-prerender-revalidate}; a 308 without it is the redirect to the other slash form. One {@code HEAD} renews HTML and
 * data of a page. With {@code x-isr} stored fetches stay as they are unless they were marked before.
 *
 * <p>The client is the caller's and must not follow redirects. This class is thread-safe.
 */
public final class HttpPageRenderer implements PageRenderer {

    private final HttpClient client;
    private final URI origin;
    private final PreviewId previewId;
    private final Site site;
    private final boolean onlyGenerated;
    private final int atATime;
    private final Attempts attempts;

    private HttpPageRenderer(Builder builder) {
        client = builder.client;
        origin = builder.origin;
        previewId = builder.previewId;
        site = builder.site;
        onlyGenerated = builder.onlyGenerated;
        atATime = builder.atATime;
        attempts = builder.attempts;
    }

    /**
     * Starts the description of a renderer.
     *
     * @param client the caller's client; it stays open
     * @param origin where the site answers, such as {@code https://example.com}; without path
     * @param previewId the secret of the site's current build
     * @param site the site
     * @return a builder
     * @throws IllegalArgumentException if {@code origin} is not of {@code http} or {@code https}, has a path, a query or a user
     *     name, or if the client follows redirects
     */
    public static Builder builder(HttpClient client, URI origin, PreviewId previewId, Site site) {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(previewId, "previewId");
        Objects.requireNonNull(site, "site");
        return new Builder(client, origin, previewId, site);
    }

    /**
     * Renders pages anew, several at a time; a page of all locales is rendered in each.
     *
     * @param pages the pages
     * @return what became of each page, in their order; one of all locales has an answer for each
     */
    @Override
    public List<Rendering> render(Collection<Page> pages) {
        Objects.requireNonNull(pages, "pages");
        List<Page> single =
                pages.stream().flatMap(page -> localized(page).stream()).toList();
        RenderAnswer[] answers = new RenderAnswer[single.size()];
        List<Integer> open = IntStream.range(0, answers.length).boxed().toList();
        for (int attempt = 1; attempt <= attempts.tries() && !open.isEmpty() && attempts.mayTry(attempt); attempt++) {
            ask(single, open, answers);
            open = open.stream().filter(i -> answers[i].again()).toList();
        }
        return Arrays.stream(answers).map(RenderAnswer::rendering).toList();
    }

    private void ask(List<Page> pages, List<Integer> open, RenderAnswer[] answers) {
        Semaphore slots = new Semaphore(atATime);
        List<CompletableFuture<RenderAnswer>> started = new ArrayList<>();
        for (int i : open) {
            started.add(start(pages.get(i), slots));
        }
        for (int i = 0; i < started.size(); i++) {
            answers[open.get(i)] = started.get(i).join();
        }
    }

    private List<Page> localized(Page page) {
        if (page.router() != Router.PAGES
                || page.locale() != null
                || site.locales().isEmpty()) {
            return List.of(page);
        }
        return site.locales().stream().map(page::inLocale).toList();
    }

    private CompletableFuture<RenderAnswer> start(Page page, Semaphore slots) {
        String url = origin + site.htmlUrlOf(page);
        try {
            slots.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.completedFuture(new RenderAnswer(
                    new Rendering(page, url, Outcome.FAILED, "interrupted before it was asked"), false));
        }
        HttpRequest.Builder request = SiteRequest.to(URI.create(url))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .timeout(attempts.timeout())
                .header("x-prerender-revalidate", previewId.secret())
                .header("x-isr", "1");
        if (onlyGenerated) {
            request.header("x-prerender-revalidate-if-generated", "1");
        }
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding())
                .handle((response, failure) -> {
                    slots.release();
                    return failure == null
                            ? RenderAnswer.of(page, url, response, onlyGenerated)
                            : RenderAnswer.none(page, url, failure);
                });
    }

    /** Collects the settings of a renderer. This class is not thread-safe. */
    public static final class Builder {

        private final HttpClient client;
        private final URI origin;
        private final PreviewId previewId;
        private final Site site;
        private boolean onlyGenerated;
        private int atATime = 10;
        private Attempts attempts = Attempts.of(3, Duration.ofSeconds(30));

        private Builder(HttpClient client, URI origin, PreviewId previewId, Site site) {
            SiteOrigin.check(origin);
            this.client = Attempts.requireNoRedirects(client, "it would take the preview ID elsewhere");
            this.origin = origin;
            this.previewId = previewId;
            this.site = site;
        }

        /**
         * Leaves pages alone that were never generated.
         *
         * @param onlyGenerated whether to; default false. Such pages are {@link Outcome#SKIPPED}
         * @return this builder
         */
        public Builder onlyGenerated(boolean onlyGenerated) {
            this.onlyGenerated = onlyGenerated;
            return this;
        }

        /**
         * Limits how many pages are asked for at a time, since each costs a rendering.
         *
         * @param atATime at least 1; default 10, as OpenNext's queue has by default
         * @return this builder
         * @throws IllegalArgumentException if {@code atATime} is less than 1
         */
        public Builder atATime(int atATime) {
            if (atATime < 1) {
                throw new IllegalArgumentException("pages at a time must be at least 1, but were " + atATime);
            }
            this.atATime = atATime;
            return this;
        }

        /**
         * Sets how often a page is asked for if the site fails with 5xx or 429, or does not answer.
         *
         * @param tries at least 1; default 3
         * @return this builder
         * @throws IllegalArgumentException if {@code tries} is less than 1
         */
        public Builder tries(int tries) {
            attempts = attempts.tries(tries);
            return this;
        }

        /**
         * Sets how long to wait for an answer.
         *
         * @param timeout positive; default 30 s
         * @return this builder
         * @throws IllegalArgumentException if {@code timeout} is not positive
         */
        public Builder timeout(Duration timeout) {
            attempts = attempts.timeout(timeout);
            return this;
        }

        /**
         * Sets how to wait between tries: 400 ms, doubling.
         *
         * @param pause the wait; default {@link Thread#sleep(long)}
         * @return this builder
         */
        public Builder pause(Ambient.Pause pause) {
            attempts = attempts.pause(pause);
            return this;
        }

        /**
         * Finishes the description.
         *
         * @return the renderer
         */
        public HttpPageRenderer build() {
            return new HttpPageRenderer(this);
        }
    }
}
