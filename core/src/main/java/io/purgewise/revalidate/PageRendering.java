package io.purgewise.revalidate;

import io.purgewise.cache.PageRenderer;
import io.purgewise.cache.PageRenderer.Rendering;
import io.purgewise.internal.Interrupts;
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

    /** How many pages the renderer is asked for at once. */
    static final int PAGES_OF_A_CALL = 50;

    private final PageRenderer renderer;

    PageRendering(PageRenderer renderer) {
        this.renderer = renderer;
    }

    /** Renders each page once, and runs {@code alive} after every few. */
    Marked render(Marked marked, Runnable alive) {
        Set<Page> pages = new LinkedHashSet<>();
        marked.changes().forEach(change -> pages.addAll(change.pages()));
        Map<Page, Rendering> rendered = new LinkedHashMap<>();
        Map<Page, String> failed = new LinkedHashMap<>();
        List<Page> all = List.copyOf(pages);
        for (int from = 0; from < all.size(); from += PAGES_OF_A_CALL) {
            List<Page> some = all.subList(from, Math.min(all.size(), from + PAGES_OF_A_CALL));
            try {
                renderer.render(some).forEach(rendering -> rendered.put(rendering.page(), rendering));
            } catch (Exception failure) {
                Interrupts.keep(failure);
                // The marks reach the pages all the same, so they are cleared, and their next visitors wait.
                LOG.log(Problem.levelOf(failure), "pages could not be rendered anew", failure);
                some.forEach(page -> failed.put(page, Problem.messageOf(failure)));
            }
            alive.run();
        }
        return new Marked(
                marked.changes().stream()
                        .map(change -> withRenderings(change, rendered, failed))
                        .toList(),
                marked.settle());
    }

    private static Receipt.OfChange withRenderings(
            Receipt.OfChange change, Map<Page, Rendering> rendered, Map<Page, String> failed) {
        List<Rendering> renderings = new ArrayList<>();
        List<Problem> failures = new ArrayList<>();
        Set<String> thrown = new LinkedHashSet<>();
        for (Page page : change.pages()) {
            Rendering rendering = rendered.get(page);
            if (rendering == null) {
                String why = failed.get(page);
                // What failed whole has one reason for all of its pages, which is said once.
                if (why == null) {
                    failures.add(notRendered(page.toString(), "the renderer did not say what became of it"));
                } else if (thrown.add(why)) {
                    failures.add(notRendered(change.change().toString(), why));
                }
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
