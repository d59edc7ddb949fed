package io.purgewise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.site.BuildId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DeployedBuildsTest {

    private static final Instant T = Instant.parse("2026-11-23T10:00:00Z");

    private final AtomicReference<String> found = new AtomicReference<>("B1");
    private final AtomicInteger reads = new AtomicInteger();
    private final BuildIds builds = BuildIds.following(
            () -> {
                reads.incrementAndGet();
                return found.get();
            },
            Duration.ofMinutes(1),
            Duration.ofMinutes(5));

    /** Was accepted, and everything was marked where no server looks. */
    @Test
    void theIdThatHidesADeploymentIdIsNoCacheBuildId() {
        BuildId hidden = BuildId.of(BuildIds.HIDDEN);
        assertThatThrownBy(() -> BuildIds.fixed(hidden))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--cache-build-id");
    }

    @Test
    void anAnswerHoldsForItsLifetime() {
        builds.at(T);
        builds.at(T.plusSeconds(59));
        assertThat(reads.get()).isEqualTo(1);
        builds.at(T.plusSeconds(60));
        assertThat(reads.get()).isEqualTo(2);
    }

    /** An answer held for as long as the clock was set back, and a deploy meanwhile was not seen. */
    @Test
    void anAnswerHoldsNoLongerWhenTheClockIsSetBack() {
        builds.at(T);
        found.set("B2");
        assertThat(builds.at(T.minusSeconds(300)).current()).isEqualTo(BuildId.of("B2"));
    }

    @Test
    void aReplacedBuildStaysLiveForAGracePeriod() {
        builds.at(T);
        found.set("B2");
        assertThat(builds.at(T.plusSeconds(60)).all()).containsExactly(BuildId.of("B2"), BuildId.of("B1"));
        found.set("B3");
        assertThat(builds.at(T.plusSeconds(120)).all())
                .containsExactly(BuildId.of("B3"), BuildId.of("B2"), BuildId.of("B1"));
        assertThat(builds.at(T.plusSeconds(360)).all()).containsExactly(BuildId.of("B3"), BuildId.of("B2"));
        assertThat(builds.at(T.plusSeconds(420)).all()).containsExactly(BuildId.of("B3"));
    }

    @Test
    void aRollbackIsTheCurrentBuildAgain() {
        builds.at(T);
        found.set("B2");
        builds.at(T.plusSeconds(60));
        found.set("B1");
        assertThat(builds.at(T.plusSeconds(120)).all()).containsExactly(BuildId.of("B1"), BuildId.of("B2"));
    }

    @Test
    void aHiddenDeploymentIdIsNotGuessed() {
        found.set("build-TfctsWXpff2fKS\n");
        assertThatThrownBy(() -> builds.at(T))
                .isInstanceOf(UnknownBuildException.class)
                .hasMessageContaining("give the deployment ID");
        assertThat(BuildIds.parse(" B9\n")).isEqualTo(BuildId.of("B9"));
        found.set("a/b");
        assertThatThrownBy(() -> builds.at(T)).isInstanceOf(UnknownBuildException.class);
    }
}
