package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cache.PathTags;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs the route handlers of {@code docs/transactions.md} in a real Next.js, on two replicas: each page is old before its change is
 * marked, and new at the next request after. Only in the profile {@code readers}; a minute for each Next.js.
 */
@Tag("readers")
class RealEndpointTest {

    private static final String APP = "/api/revalidate";
    private static final String PAGES = "/api/revalidate-paths";
    private static final String PRODUCT = "/products/7";
    private static final String ODD_PRODUCT = "/products/%C3%B6%20%C3%B6%2C(b)";
    private static final String LEGACY = "/legacy/a";
    private static final String ODD_LEGACY = "/legacy/x%20%C3%BC%2Cy";
    private static final List<String> ALL = List.of(PRODUCT, ODD_PRODUCT, "/products/late", LEGACY, ODD_LEGACY);

    @BeforeAll
    static void install() throws Exception {
        RealSite.install();
    }

    @Test
    void next16MarksItsCachesOnEachReplica() throws Exception {
        check("next");
    }

    /** Its {@code revalidateTag} takes no second argument. */
    @Test
    void next15MarksItsCachesOnEachReplica() throws Exception {
        check("next-15");
    }

    private static void check(String installed) throws IOException, InterruptedException {
        try (NextReplicas site = NextReplicas.serve(installed)) {
            HttpRevalidationEndpoint app = endpoint(site.addresses(APP), NextReplicas.SECRET);
            everyKindOfChangeIsSeenByTheNextReaderOfEachReplica(site, app);
            aWrongSecretIsRefusedAndChangesNothing(site);
            thePagesRouterRefusesWhatItCannotMark(site);
            aReplicaThatIsDownIsNamedAndAskedAgain(site, app);
        }
    }

    private static HttpRevalidationEndpoint endpoint(List<URI> replicas, String secret) {
        return HttpRevalidationEndpoint.builder(HttpClient.newHttpClient(), replicas)
                .signed("X-Hub-Signature-256", secret)
                .timeout(Duration.ofSeconds(30))
                .pause(duration -> {})
                .build();
    }

    private static void everyKindOfChangeIsSeenByTheNextReaderOfEachReplica(
            NextReplicas site, HttpRevalidationEndpoint endpoint) throws IOException, InterruptedException {
        Map<Change, List<String>> pages = new LinkedHashMap<>();
        pages.put(Change.tag("product:7"), List.of(PRODUCT));
        pages.put(Change.path(PRODUCT), List.of(PRODUCT));
        pages.put(Change.path("/products/ö ö,(b)"), List.of(ODD_PRODUCT));
        pages.put(Change.path(LEGACY), List.of(LEGACY));
        pages.put(Change.path("/legacy/x ü,y"), List.of(ODD_LEGACY));
        pages.put(Change.route("/products/[id]", PathTags.Scope.PAGE), List.of(PRODUCT, ODD_PRODUCT, "/products/late"));
        pages.put(Change.everything(), List.of(PRODUCT, ODD_PRODUCT, "/products/late"));
        for (Map.Entry<Change, List<String>> each : pages.entrySet()) {
            Map<String, List<String>> before = new LinkedHashMap<>();
            for (String page : ALL) {
                before.put(page, site.read(page));
            }
            site.edit();
            for (String page : ALL) {
                assertThat(site.read(page))
                        .as("%s before %s", page, each.getKey())
                        .isEqualTo(before.get(page));
            }

            assertThat(endpoint.mark(List.of(each.getKey())))
                    .as("problems of %s", each.getKey())
                    .isEmpty();

            for (String page : each.getValue()) {
                assertThat(site.read(page))
                        .as("%s after %s", page, each.getKey())
                        .containsOnly(site.text());
            }
        }
    }

    private static void aWrongSecretIsRefusedAndChangesNothing(NextReplicas site)
            throws IOException, InterruptedException {
        List<String> before = site.read(PRODUCT);
        site.edit();
        for (String route : List.of(APP, PAGES)) {
            Map<Change, List<Problem>> unmarked = endpoint(site.addresses(route), "another secret of 30 characters")
                    .mark(List.of(Change.path(PRODUCT)));

            assertThat(unmarked.values().iterator().next())
                    .hasSize(2)
                    .allSatisfy(problem -> assertThat(problem.message()).contains("401"));
        }
        assertThat(site.read(PRODUCT)).isEqualTo(before);
    }

    private static void thePagesRouterRefusesWhatItCannotMark(NextReplicas site)
            throws IOException, InterruptedException {
        HttpRevalidationEndpoint pages = endpoint(site.addresses(PAGES), NextReplicas.SECRET);
        site.edit();

        Map<Change, List<Problem>> unmarked = pages.mark(List.of(Change.tag("product:7"), Change.path(LEGACY)));

        assertThat(unmarked).containsOnlyKeys(Change.tag("product:7"));
        assertThat(unmarked.values().iterator().next())
                .allSatisfy(problem -> assertThat(problem.repeatable()).isFalse());
        assertThat(site.read(LEGACY)).containsOnly(site.text());
    }

    private static void aReplicaThatIsDownIsNamedAndAskedAgain(NextReplicas site, HttpRevalidationEndpoint endpoint)
            throws IOException, InterruptedException {
        site.edit();
        Change change = Change.path(LEGACY);
        String old = site.read(2, LEGACY);
        site.stop(2);

        assertThat(endpoint.mark(List.of(change)).get(change)).singleElement().satisfies(problem -> {
            assertThat(problem.message()).contains(site.address(2, APP).toString());
            assertThat(problem.repeatable()).isTrue();
        });

        assertThat(site.read(1, LEGACY)).isEqualTo(site.text());
        site.start(2);
        assertThat(site.read(2, LEGACY)).isEqualTo(old);
        assertThat(endpoint.mark(List.of(change))).isEmpty();
        assertThat(site.read(LEGACY)).containsOnly(site.text());
    }
}
