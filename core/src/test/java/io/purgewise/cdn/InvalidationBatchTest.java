package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.site.InvalidationItem;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InvalidationBatchTest {

    private static final DistributionId SITE = DistributionId.of("E1");

    private static List<InvalidationItem> items(String... spellings) {
        return List.of(spellings).stream().map(InvalidationItem::parse).toList();
    }

    @Test
    void aReferenceDependsOnItemsDistributionAndDiscriminatorAndNotOnOrder() {
        CallerReference reference = CallerReference.derive(SITE, items("/a", "/b*"), "d1");

        assertThat(CallerReference.derive(SITE, items("/b*", "/a"), "d1")).isEqualTo(reference);
        assertThat(List.of(
                        CallerReference.derive(DistributionId.of("E2"), items("/a", "/b*"), "d1"),
                        CallerReference.derive(DistributionId.tenant("E1"), items("/a", "/b*"), "d1"),
                        CallerReference.derive(SITE, items("/a", "/b"), "d1"),
                        CallerReference.derive(SITE, items("/a"), "d1"),
                        CallerReference.derive(SITE, items("/a", "/b*"), "d2"),
                        CallerReference.derive(SITE, items("/a", "/b*"), "d1/a")))
                .doesNotContain(reference)
                .doesNotHaveDuplicates();
    }

    /** Pins the algorithm: a new release must not pay again for what an old one has written down. */
    @Test
    void aReferenceIsTheSameInEveryRelease() {
        assertThat(CallerReference.derive(SITE, items("/a"), "d1").value())
                .hasSize(43)
                .isEqualTo("pw-0e7ceb31a9cd4c23168c697eb6dc229bd8bfbcc0");
    }

    @Test
    void itemsAreSortedAndCounted() {
        InvalidationBatch batch = InvalidationBatch.of(SITE, items("/b*", "#t", "/a"), "d");

        assertThat(batch.spellings()).containsExactly("#t", "/a", "/b*");
        assertThat(batch.quantity()).isEqualTo(3);
        assertThat(batch.wildcards()).isEqualTo(1);
    }

    @Test
    void whatCloudFrontWouldBillTwiceOrRefuseIsRefusedFirst() {
        assertThatThrownBy(() -> InvalidationBatch.of(SITE, items("/a", "/a"), "d"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/a");
        assertThatThrownBy(() -> InvalidationBatch.of(SITE, items("#Tag", "#tag"), "d"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("#tag");
        assertThatThrownBy(() -> InvalidationBatch.of(SITE, List.of(), "d"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 0");
        List<InvalidationItem> tooMany = IntStream.rangeClosed(0, InvalidationBatch.MAX_ITEMS)
                .mapToObj(i -> InvalidationItem.parse("/" + i))
                .toList();
        assertThatThrownBy(() -> InvalidationBatch.of(SITE, tooMany, "d"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 3001");
    }

    @Test
    void aPathAndAWildcardOfTheSameNameAreTwoItems() {
        assertThat(InvalidationBatch.of(SITE, items("/a", "/a*", "/A"), "d").quantity())
                .isEqualTo(3);
    }

    @Test
    void anInvalidationIsRecognisedBySetAndReference() {
        InvalidationBatch batch = InvalidationBatch.of(SITE, items("/a", "/b"), "d");
        Invalidation same = new Invalidation(
                "I1", Invalidation.Status.COMPLETED, Instant.EPOCH, batch.reference(), 2, Set.of("/b", "/a"));
        Invalidation other = new Invalidation(
                "I1", Invalidation.Status.COMPLETED, Instant.EPOCH, batch.reference(), 1, Set.of("/b"));

        assertThat(same.isOf(batch)).isTrue();
        assertThat(other.isOf(batch)).isFalse();
    }

    @Test
    void aStatusIsReadInAnyCase() {
        assertThat(Invalidation.Status.parse("COMPLETED")).isEqualTo(Invalidation.Status.COMPLETED);
        assertThat(Invalidation.Status.parse("Completed")).isEqualTo(Invalidation.Status.COMPLETED);
        assertThat(Invalidation.Status.parse("InProgress")).isEqualTo(Invalidation.Status.IN_PROGRESS);
        assertThat(Invalidation.Status.parse("Queued")).isEqualTo(Invalidation.Status.IN_PROGRESS);
    }

    @Test
    void aDistributionIdIsParsedBackAndChecked() {
        assertThat(DistributionId.parse("tenant/dt_1")).isEqualTo(DistributionId.tenant("dt_1"));
        assertThat(DistributionId.parse("E1")).isEqualTo(SITE).hasToString("E1");
        assertThatThrownBy(() -> DistributionId.of("d111.cloudfront.net"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("d111.cloudfront.net");
        assertThatThrownBy(() -> DistributionId.of("")).isInstanceOf(IllegalArgumentException.class);
    }
}
