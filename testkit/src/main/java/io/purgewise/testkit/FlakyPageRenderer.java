package io.purgewise.testkit;

import io.purgewise.cache.PageRenderer;
import io.purgewise.cache.PageRenderer.Rendering;
import io.purgewise.cache.PageRenderer.Rendering.Outcome;
import io.purgewise.site.Page;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Puts faults in front of a renderer: pages that are not rendered, and pages that are although no answer came.
 *
 * <p>Without a fault set it passes everything on. Chances come from the seed. This class is thread-safe; faults may be set at
 * any time.
 */
public final class FlakyPageRenderer implements PageRenderer {

    private final PageRenderer renderer;
    private final Dice dice;
    private volatile int failPercent;
    private volatile int lostPercent;
    private volatile Predicate<Page> failing = page -> false;

    private FlakyPageRenderer(PageRenderer renderer, Dice dice) {
        this.renderer = renderer;
        this.dice = dice;
    }

    /**
     * Puts faults in front of a renderer, none at first.
     *
     * @param renderer the renderer
     * @param seed what chances come from
     * @return the renderer with faults
     */
    public static FlakyPageRenderer of(PageRenderer renderer, long seed) {
        Objects.requireNonNull(renderer, "renderer");
        return new FlakyPageRenderer(renderer, new Dice(seed));
    }

    /**
     * Leaves some of the pages as they are from now on, and says so.
     *
     * @param percent how many of a hundred; 0 for none
     * @return this renderer
     * @throws IllegalArgumentException if {@code percent} is not from 0 to 100
     */
    public FlakyPageRenderer fail(int percent) {
        failPercent = Dice.percent(percent);
        return this;
    }

    /**
     * Leaves chosen pages as they are from now on, and says so.
     *
     * @param failing tells the pages that fail; must be thread-safe
     * @return this renderer
     */
    public FlakyPageRenderer failOn(Predicate<Page> failing) {
        Objects.requireNonNull(failing, "failing");
        this.failing = failing;
        return this;
    }

    /**
     * Loses the answer for some of the pages from now on: they are rendered and reported as failed.
     *
     * @param percent how many of a hundred; 0 for none
     * @return this renderer
     * @throws IllegalArgumentException if {@code percent} is not from 0 to 100
     */
    public FlakyPageRenderer loseAnswers(int percent) {
        lostPercent = Dice.percent(percent);
        return this;
    }

    @Override
    public List<Rendering> render(Collection<Page> pages) {
        Objects.requireNonNull(pages, "pages");
        Set<Page> passed = new LinkedHashSet<>();
        Map<Page, Rendering> answers = new HashMap<>();
        for (Page page : new LinkedHashSet<>(pages)) {
            if (dice.hits(failPercent) || failing.test(page)) {
                answers.put(page, failed(page, "503, as the test wants it"));
            } else {
                passed.add(page);
            }
        }
        for (Rendering rendering : renderer.render(passed)) {
            boolean lost = dice.hits(lostPercent);
            answers.put(
                    rendering.page(),
                    lost ? failed(rendering.page(), "no answer came, as the test wants it") : rendering);
        }
        List<Rendering> inOrder = new ArrayList<>();
        pages.forEach(page -> inOrder.add(Objects.requireNonNull(answers.get(page))));
        return List.copyOf(inOrder);
    }

    private static Rendering failed(Page page, String detail) {
        return new Rendering(page, page.urlPaths().get(0), Outcome.FAILED, detail);
    }
}
