package io.purgewise.aws;

import io.purgewise.cache.PageRenderer.Rendering;
import io.purgewise.cache.PageRenderer.Rendering.Outcome;
import io.purgewise.site.Page;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * Judges what a site answered when it was asked to render a page anew.
 *
 * @param rendering what became of the page
 * @param again whether it may answer otherwise a moment later
 */
record RenderAnswer(Rendering rendering, boolean again) {

    private static final Set<Integer> DONE = Set.of(200, 307, 308, 404);

    static RenderAnswer of(Page page, String url, HttpResponse<?> response, boolean onlyGenerated) {
        int status = response.statusCode();
        String cache = response.headers().firstValue("x-nextjs-cache").orElse("");
        String detail = "status " + status + (cache.isEmpty() ? ", no x-nextjs-cache" : ", " + Excerpt.of(cache));
        if (cache.equals("REVALIDATED") && DONE.contains(status)) {
            return new RenderAnswer(new Rendering(page, url, Outcome.RENDERED, detail), false);
        }
        if (status == 404 && onlyGenerated) {
            return new RenderAnswer(new Rendering(page, url, Outcome.SKIPPED, detail + ": never generated"), false);
        }
        String hint = switch (status) {
            case 200 -> ": answered from a cache, or with another build's preview ID, or the page is not stored at all";
            case 307, 308 ->
                ": redirected to "
                        + Excerpt.of(response.headers().firstValue("location").orElse("nowhere"));
            default -> "";
        };
        return new RenderAnswer(
                new Rendering(page, url, Outcome.FAILED, detail + hint), status >= 500 || status == 429);
    }

    static RenderAnswer none(Page page, String url, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return new RenderAnswer(
                new Rendering(page, url, Outcome.FAILED, "no answer: " + cause), cause instanceof IOException);
    }
}
