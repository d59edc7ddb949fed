package io.purgewise.revalidate;

import io.purgewise.cache.PageRenderer;
import io.purgewise.cache.PageRenderer.Rendering;
import io.purgewise.revalidate.Revalidator.Marked;
import io.purgewise.site.Page;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Renders the pages of marked changes anew, each page once. Immutable and as thread-safe as its renderer. */
final class PageRendering {

    private static final System.Logger LOG = System.getLogger(PageRendering.class.getName());

    private final PageRenderer renderer;

    PageRendering(PageRenderer renderer) {
        this.renderer = renderer;
    }

    Marked render(Marked marked) {
        Set<Page> pages = new LinkedHashSet<>();
        marked.changes().forEach(change -> pages.addAll(change.pages()));
        if (pages.isEmpty()) {
            return marked;
        }
        Map<Page, Rendering> rendered = new LinkedHashMap<>();
        try {
            renderer.render(pages).forEach(rendering -> rendered.put(rendering.page(), rendering));
        } catch (RuntimeException failure) {
            // The marks reach the pages all the same, so they are cleared, and their next visitors wait.
            LOG.log(Problem.levelOf(failure), "pages could not be rendered anew", failure);
            return new Marked(
                    marked.changes().stream()
                            .map(change -> withFailure(change, failure))
                            .toList(),
                    marked.settle());
        }
        return new Marked(
                marked.changes().stream()
                        .map(change -> withRenderings(change, rendered))
                        .toList(),
                marked.settle());
    }

    private static Receipt.OfChange withFailure(Receipt.OfChange change, RuntimeException failure) {
        return change.pages().isEmpty()
                ? change
                : change.rendered(
                        List.of(),
                        List.of(new Problem(
                                Problem.Kind.NOT_RENDERED,
                                change.change().toString(),
                                "its pages were not rendered anew: " + Problem.messageOf(failure),
                                true)));
    }

    private static Receipt.OfChange withRenderings(Receipt.OfChange change, Map<Page, Rendering> rendered) {
        List<Rendering> renderings = new ArrayList<>();
        List<Problem> failures = new ArrayList<>();
        for (Page page : change.pages()) {
            Rendering rendering = rendered.get(page);
            if (rendering == null) {
                failures.add(notRendered(page.toString(), "the renderer did not say what became of it"));
                continue;
            }
            renderings.add(rendering);
            if (rendering.outcome() == Rendering.Outcome.FAILED) {
                failures.add(notRendered(rendering.url(), rendering.detail()));
            }
        }
        return change.rendered(renderings, failures);
    }

    private static Problem notRendered(String subject, String why) {
        return new Problem(Problem.Kind.NOT_RENDERED, subject, "not rendered anew: " + why, true);
    }
}
