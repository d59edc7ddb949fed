package io.purgewise.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudFrontSpellingTest {

    @ParameterizedTest
    @CsvSource({
        "/a b, /a%20b",
        "/[x], /%5Bx%5D",
        "/café, /caf%C3%A9",
        "/日本, /%E6%97%A5%E6%9C%AC",
        "/😀, /%F0%9F%98%80",
        "/a|b^c`d, /a%7Cb%5Ec%60d",
        "'/{x}', '/%7Bx%7D'",
        "/100%, /100%25",
        "/100%2, /100%252",
        "/a%zzb, /a%25zzb"
    })
    void unsafeCharactersAreEscaped(String url, String spelled) {
        assertThat(CloudFrontSpelling.encode(url)).isEqualTo(spelled);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a//b",
                "/a&b+c,d:e;f=g@h$i!j(k)l-m_n.o/p'q*r",
                "/p?q=1&_rsc=x",
                "/caf%c3%a9",
                "/caf%C3%A9",
                "/%2520",
                "/a~b"
            })
    void whatNeedsNoEscapeIsLeftAlone(String url) {
        assertThat(CloudFrontSpelling.encode(url)).isEqualTo(url);
    }

    @Test
    void encodingTwiceChangesNothing() {
        String once = CloudFrontSpelling.encode("/a b/café/100%/%zz");
        assertThat(CloudFrontSpelling.encode(once)).isEqualTo(once);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "https://example.com/a", "*", "#tag"})
    void aUrlWithoutALeadingSlashIsRejected(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CloudFrontSpelling.encode(url))
                .withMessageContaining("\"" + url + "\"");
    }

    @Test
    void halfASurrogatePairIsRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> CloudFrontSpelling.encode("/a\ud83d"));
        assertThatIllegalArgumentException().isThrownBy(() -> Page.of(Router.APP_PAGE, "/a\ud83d"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/é", "/a~b", "/a%7Eb", "/a%7eb", "/a%09", "a", "/[x]", "/a%", "/a#b"})
    void aPatternThatCloudFrontCannotNameIsRejected(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UrlPattern.parse(path))
                .withMessageContaining("\"" + path + "\"");
    }

    @Test
    void aStarInTheMiddleIsALiteral() {
        assertThat(UrlPattern.parse("/a*b")).isEqualTo(UrlPattern.exact("/a*b"));
        assertThat(UrlPattern.parse("/a*b").matches("/axb")).isFalse();
    }

    @Test
    void aWildcardCoversItsOwnPrefixAndAllBelow() {
        UrlPattern wildcard = UrlPattern.parse("/a*");
        assertThat(wildcard.matches("/a")).isTrue();
        assertThat(wildcard.matches("/ab?x=1")).isTrue();
        assertThat(wildcard.matches("/b")).isFalse();
        assertThat(wildcard.covers(UrlPattern.parse("/a/b*"))).isTrue();
        assertThat(UrlPattern.parse("/a/b").covers(UrlPattern.parse("/a/b*"))).isFalse();
    }

    @Test
    void aPatternHasAtMostFourThousandCharacters() {
        String longest = "/" + "a".repeat(3999);
        assertThat(UrlPattern.exact(longest).path()).hasSize(4000);
        assertThatIllegalArgumentException().isThrownBy(() -> UrlPattern.prefix(longest));
        assertThatIllegalArgumentException().isThrownBy(() -> UrlPattern.exact(longest + "a"));
    }
}
