package io.purgewise.testkit;

import io.purgewise.cache.PageRenderer;
import io.purgewise.cache.PageRenderer.Rendering;
import io.purgewise.cache.PageRenderer.Rendering.Outcome;
import io.purgewise.site.Page;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Says that it rendered pages, and remembers which. This class is thread-safe. */
public final class FakePageRenderer implements PageRenderer {

    private final List<Page> rendered = new ArrayList<>();
    private final Function<Page, Outcome> outcomes;

    private FakePageRenderer(Function<Page, Outcome> outcomes) {
        this.outcomes = outcomes;
    }

    /**
     * Creates a renderer that never fails.
     *
     * @return the renderer
     */
    public static FakePageRenderer create() {
        return new FakePageRenderer(page -> Outcome.RENDERED);
    }

    /**
     * Creates a renderer that answers as a test says.
     *
     * @param outcomes what becomes of each page
     * @return the renderer
     */
    public static FakePageRenderer answering(Function<Page, Outcome> outcomes) {
        Objects.requireNonNull(outcomes, "outcomes");
        return new FakePageRenderer(outcomes);
    }

    @Override
    public synchronized List<Rendering> render(Collection<Page> pages) {
        Objects.requireNonNull(pages, "pages");
        List<Rendering> renderings = new ArrayList<>();
        for (Page page : pages) {
            Outcome outcome = outcomes.apply(page);
            if (outcome == Outcome.RENDERED) {
                rendered.add(page);
            }
            renderings.add(
                    new Rendering(page, "https://example.com" + page.urlPaths().get(0), outcome, "fake"));
        }
        return List.copyOf(renderings);
    }

    /**
     * Returns the pages that were rendered.
     *
     * @return the pages in their order, repeated ones too
     */
    public synchronized List<Page> rendered() {
        return List.copyOf(rendered);
    }
}
