package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cache.PathTags;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Problem;
import io.purgewise.revalidate.RevalidationEndpoint;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Says what every {@link RevalidationEndpoint} must do.
 *
 * <p>Extend it for an implementation of your own, in front of a site with two servers, 0 and 1.
 */
public abstract class RevalidationEndpointContract {

    private static final Change PRODUCT = Change.tag("product:7");
    private static final Change GALLERY = Change.path("/gallery");

    /** Creates the contract; JUnit does so for each test. */
    protected RevalidationEndpointContract() {}

    /**
     * Returns the endpoint under test, whose two servers mark what they are asked to unless they were told otherwise.
     *
     * @return the endpoint; the same in each call of a test
     */
    protected abstract RevalidationEndpoint endpoint();

    /**
     * Has a server answer no call from now on.
     *
     * @param server 0 or 1
     */
    protected abstract void takeDown(int server);

    /**
     * Has a server refuse a change from now on, as one that it takes for malformed.
     *
     * @param server 0 or 1
     * @param change the change
     */
    protected abstract void refuse(int server, Change change);

    /**
     * Tells what a server has marked.
     *
     * @param server 0 or 1
     * @return the changes
     */
    protected abstract Set<Change> marked(int server);

    @Test
    void everyServerMarksEveryKindOfChange() {
        List<Change> changes = List.of(
                PRODUCT,
                Change.tag("caf\u00e9, \"cr\u00e8me\""),
                GALLERY,
                Change.page(Page.of(Router.PAGES, "/").inLocale("fr")),
                Change.route("/blog/[slug]", PathTags.Scope.PAGE),
                Change.everything());

        assertThat(endpoint().mark(changes)).isEmpty();

        assertThat(marked(0)).containsExactlyInAnyOrderElementsOf(changes);
        assertThat(marked(1)).containsExactlyInAnyOrderElementsOf(changes);
    }

    @Test
    void manyChangesAreAllMarked() {
        List<Change> changes = IntStream.range(0, 250)
                .<Change>mapToObj(i -> Change.tag("product:" + i))
                .toList();

        assertThat(endpoint().mark(changes)).isEmpty();

        assertThat(marked(0)).containsExactlyInAnyOrderElementsOf(changes);
        assertThat(marked(1)).containsExactlyInAnyOrderElementsOf(changes);
    }

    /** The other server gives visitors its old pages, so the change is not done; asking again may help. */
    @Test
    void whatOneServerDoesNotConfirmIsNotMarked() {
        takeDown(1);

        Map<Change, List<Problem>> unmarked = endpoint().mark(List.of(PRODUCT, GALLERY));

        assertThat(unmarked).containsOnlyKeys(PRODUCT, GALLERY);
        unmarked.forEach((change, problems) -> assertThat(problems)
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_MARKED);
                    assertThat(problem.subject()).isEqualTo(change.toString());
                    assertThat(problem.repeatable()).isTrue();
                }));
        assertThat(marked(0)).containsExactlyInAnyOrder(PRODUCT, GALLERY);
    }

    @Test
    void eachServerThatDoesNotConfirmIsToldApart() {
        takeDown(0);
        takeDown(1);

        assertThat(endpoint().mark(List.of(PRODUCT)).get(PRODUCT))
                .extracting(Problem::message)
                .hasSize(2)
                .doesNotHaveDuplicates();
    }

    @Test
    void aChangeThatAServerRefusesIsNotAskedForAgainAndKeepsNoOtherFromBeingMarked() {
        refuse(1, PRODUCT);

        Map<Change, List<Problem>> unmarked = endpoint().mark(List.of(PRODUCT, GALLERY));

        assertThat(unmarked).containsOnlyKeys(PRODUCT);
        assertThat(unmarked.get(PRODUCT))
                .singleElement()
                .satisfies(problem -> assertThat(problem.repeatable()).isFalse());
        assertThat(marked(0)).containsExactlyInAnyOrder(PRODUCT, GALLERY);
        assertThat(marked(1)).containsExactly(GALLERY);
    }

    @Test
    void askingAgainIsHarmless() {
        assertThat(endpoint().mark(List.of(PRODUCT))).isEmpty();
        assertThat(endpoint().mark(List.of(PRODUCT))).isEmpty();

        assertThat(marked(1)).containsExactly(PRODUCT);
    }

    @Test
    void whereNothingChangedNobodyIsAsked() {
        takeDown(0);

        assertThat(endpoint().mark(List.of())).isEmpty();

        assertThat(marked(1)).isEmpty();
    }

    @Test
    @SuppressWarnings("NullAway") // what is tested
    void nullIsRefusedByName() {
        @Nullable Collection<Change> none = null;
        assertThatThrownBy(() -> endpoint().mark(none))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("changes");
    }
}
