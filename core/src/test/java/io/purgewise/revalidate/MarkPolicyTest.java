package io.purgewise.revalidate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class MarkPolicyTest {

    private static final Instant T = Instant.parse("2026-11-23T10:00:00.400Z");
    private static final Duration YEAR = Duration.ofDays(365);
    private static final TagRow.Key KEY = new TagRow.Key("t", "p");
    private static final MarkPolicy STALE = MarkPolicy.staleWhileRevalidate(YEAR);

    @Test
    void staleIsServedWhereTheSiteDoesSo() {
        MarkPolicy stale = STALE.on(site("16.4.6"), TagCacheMode.LITE);
        assertThat(stale.row(KEY, T)).isEqualTo(TagRow.staleWhileRevalidate("t", "p", T, YEAR));
        assertThat(stale.notes()).isEmpty();
    }

    @Test
    void aSiteThatServesNothingStaleRefuses() {
        for (TagCacheMode mode : List.of(TagCacheMode.ORIGINAL, TagCacheMode.NEXT_MODE)) {
            assertThatThrownBy(() -> STALE.on(site("16.4.6"), mode))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("mode " + mode);
        }
        assertThatThrownBy(() -> STALE.on(site("15.5.29"), TagCacheMode.LITE)).hasMessageContaining("15.5.29");
        assertThatThrownBy(() -> STALE.on(Site.builder(BuildId.of("B")).build(), TagCacheMode.LITE))
                .hasMessageContaining("Site.Builder.nextVersion");
    }

    @Test
    void entriesExpireInsteadWhereTheyMayAndANoteSaysSo() {
        MarkPolicy expired =
                STALE.reaching(MarkPolicy.Reach.OWN_DATA).orExpire().on(site("15.5.29"), TagCacheMode.LITE);
        assertThat(expired.row(KEY, T)).isEqualTo(TagRow.expire("t", "p", T));
        assertThat(expired.reach()).isEqualTo(MarkPolicy.Reach.OWN_DATA);
        assertThat(expired.notes()).singleElement().asString().contains("15.5.29");
        assertThat(STALE.orExpire()
                        .on(site("16.4.6"), TagCacheMode.LITE)
                        .row(KEY, T)
                        .servesStale())
                .isTrue();
    }

    @Test
    void aWindowIsLongerThanNothing() {
        assertThatThrownBy(() -> MarkPolicy.staleWhileRevalidate(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
    }

    private static Site site(String version) {
        return Site.builder(BuildId.of("B"))
                .nextVersion(NextVersion.parse(version))
                .build();
    }
}
