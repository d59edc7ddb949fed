package io.purgewise.testkit;

import static io.purgewise.testkit.PurgewiseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.PurgewiseException;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Receipt;
import io.purgewise.site.Router;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lets everything fail now and then: what a receipt calls done is done, and no call pays for an item twice. */
class SiteUnderFaultsTest {

    private static final List<String> PATHS = List.of("/products/1", "/products/2", "/products/3", "/legacy/a");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whatIsCalledDoneIsDone(long seed) throws Exception {
        SiteInMemory site = SiteInMemory.builder()
                .seed(seed)
                .page(Router.APP_PAGE, "/products/1", "products")
                .page(Router.APP_PAGE, "/products/2", "products")
                .page(Router.APP_PAGE, "/products/3", "products")
                .page(Router.PAGES, "/legacy/a")
                .build();
        site.tagCache().failReads(5).failWrites(5).loseAnswers(5);
        site.incrementalCache().fail(3);
        FaultPlan faults = FaultPlan.seeded(
                seed,
                25,
                Fault.DROP_REQUEST,
                Fault.DROP_ANSWER,
                Fault.UNAVAILABLE,
                Fault.UNAVAILABLE_BUT_DONE,
                Fault.THROTTLED,
                Fault.TOO_MANY);
        AtomicInteger met = new AtomicInteger();
        site.cloudFront().failBy(call -> {
            Fault fault = faults.next(call);
            met.addAndGet(fault == Fault.NONE ? 0 : 1);
            return fault;
        });
        for (int round = 2; round < 6; round++) {
            for (String path : PATHS) {
                site.read(path);
                site.read(path + "?page=2");
                site.edit(path);
            }
            int tries = 0;
            while (!isDone(site)) {
                assertThat(++tries).as("tries").isLessThan(100);
                site.clock().advance(Duration.ofSeconds(30));
            }
            site.clock().advance(Duration.ofMinutes(1));
            for (String path : PATHS) {
                assertThat(site.edge()).reader(path).sees(path + " version " + round);
                assertThat(site.edge()).reader(path + "?page=2").sees(path + " version " + round);
            }
        }
        assertThat(met).as("faults of the CDN").hasPositiveValue();
    }

    private static boolean isDone(SiteInMemory site) throws InterruptedException {
        long paid = site.cloudFront().meter().totalPaths();
        try {
            Receipt receipt = site.revalidator().revalidate(List.of(Change.tag("products"), Change.path("/legacy/a")));
            receipt.plan()
                    .ifPresent(plan -> assertThat(site.cloudFront().meter().totalPaths() - paid)
                            .as("paths paid by one call")
                            .isLessThanOrEqualTo(plan.items().size()));
            return receipt.problems().isEmpty();
        } catch (PurgewiseException failure) {
            return false;
        }
    }
}
