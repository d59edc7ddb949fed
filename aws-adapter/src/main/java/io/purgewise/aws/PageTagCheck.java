package io.purgewise.aws;

import io.purgewise.aws.Diagnosis.Finding;
import io.purgewise.aws.Diagnosis.Verdict;
import io.purgewise.site.CdnTag;
import io.purgewise.site.Page;
import io.purgewise.site.PageTags;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.site.UrlPattern;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Asks a site for its pages, and looks whether every answer that a CDN may keep carries the page's tag and no other page's.
 *
 * <p>Each page is asked for under each URL that a tag clears: HTML, data, and of the App Router RSC as well. What it finds wrong:
 * a header that is missing, a tag that is not the page's, a tag on several pages (each purge of it clears them all), more than
 * {@value CdnTag#MAX_TAGS_OF_AN_OBJECT} tags, of which CloudFront ignores the rest. Redirects, and answers that no CDN may
 * keep, need no tag. Instances are immutable and thread-safe.
 */
public final class PageTagCheck {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client;
    private final URI origin;
    private final String header;
    private final PageTags tags;

    /**
     * Creates a check.
     *
     * @param client the client that asks; it must follow no redirects, and stays the caller's
     * @param origin where to ask, such as {@code https://example.com}: the distribution, or the site behind it
     * @param header the header that carries the tags
     * @param tags the site's scheme
     * @throws IllegalArgumentException if {@code origin} is no HTTP address without a path
     */
    public PageTagCheck(HttpClient client, URI origin, String header, PageTags tags) {
        this.client = Objects.requireNonNull(client, "client");
        this.origin = Objects.requireNonNull(origin, "origin");
        this.header = Objects.requireNonNull(header, "header");
        this.tags = Objects.requireNonNull(tags, "tags");
        String path = String.valueOf(origin.getPath());
        boolean http = "http".equals(origin.getScheme()) || "https".equals(origin.getScheme());
        if (!http || origin.getHost() == null || !(path.isEmpty() || path.equals("/"))) {
            throw new IllegalArgumentException(
                    "origin must be an address without a path, such as https://example.com, but was " + origin);
        }
    }

    /**
     * Asks for pages.
     *
     * @param site the site
     * @param pages which pages; each costs a few requests
     * @return what was found wrong, URL by URL, and a last line on all together
     * @throws InterruptedException if the thread is told to stop
     */
    public Diagnosis of(Site site, Collection<Page> pages) throws InterruptedException {
        Objects.requireNonNull(site, "site");
        Objects.requireNonNull(pages, "pages");
        List<Finding> findings = new ArrayList<>();
        Map<String, Set<String>> pagesByTag = new LinkedHashMap<>();
        Map<String, Set<String>> ownersByTag = new LinkedHashMap<>();
        int answers = 0;
        for (Page page : pages) {
            for (PageTags.Cover cover : tags.tagsOf(site, page, List.of(host())).covers()) {
                for (Request request : requests(page, cover)) {
                    Optional<Answer> answer = ask(request, findings);
                    if (answer.isEmpty()) {
                        continue;
                    }
                    answers++;
                    check(request, cover.tag(), answer.get()).ifPresent(findings::add);
                    String own = folded(cover.tag().tag());
                    ownersByTag.computeIfAbsent(own, tag -> new TreeSet<>()).add(page.toString());
                    answer.get()
                            .tags()
                            .forEach(tag -> pagesByTag
                                    .computeIfAbsent(folded(tag), each -> new TreeSet<>())
                                    .add(own));
                }
            }
        }
        pagesByTag.forEach((tag, own) -> {
            if (own.size() > 1 && !tag.equals(PageTags.NO_PAGE)) {
                findings.add(wrong(
                        "tag " + tag,
                        "it is on " + own.size() + " pages, such as "
                                + own.stream().limit(3).toList() + ": each purge of it clears them all"));
            }
        });
        if (findings.stream().noneMatch(each -> each.verdict() == Verdict.WRONG)) {
            findings.add(new Finding(
                    "page tags of " + origin,
                    answers == 0 ? Verdict.NOT_TRIED : Verdict.WELL,
                    answers + " answers that a CDN may keep carry the tags of their " + ownersByTag.size()
                            + " pages in " + header + ", and no other page's",
                    List.of()));
        }
        return new Diagnosis(findings);
    }

    private String host() {
        return origin.getPort() < 0 ? origin.getHost() : origin.getHost() + ":" + origin.getPort();
    }

    private record Request(String url, boolean rsc) {

        @Override
        public String toString() {
            return url + (rsc ? " (RSC)" : "");
        }
    }

    private static Set<Request> requests(Page page, PageTags.Cover cover) {
        Set<Request> requests = new LinkedHashSet<>();
        cover.patterns().stream()
                .filter(pattern -> !pattern.prefix())
                .sorted()
                .map(UrlPattern::path)
                .forEach(url -> {
                    requests.add(new Request(url, false));
                    if (page.router() == Router.APP_PAGE) {
                        requests.add(new Request(url + "?_rsc=purgewise", true));
                    }
                });
        return requests;
    }

    private record Answer(List<String> tags, boolean fromCache) {}

    /** Returns an answer that a CDN may keep and that depends on the page; empty for all others. */
    private Optional<Answer> ask(Request request, List<Finding> findings) throws InterruptedException {
        HttpResponse<Void> response;
        try {
            response = send(origin.resolve(request.url()), request.rsc());
            String location = response.headers().firstValue("location").orElse("");
            // Next.js 16 redirects to the hash that a client would send.
            if (request.rsc() && location.contains("_rsc")) {
                response = send(origin.resolve(location), true);
            }
        } catch (IOException e) {
            findings.add(wrong(request.toString(), "no answer came: " + e));
            return Optional.empty();
        }
        String control =
                String.join(",", response.headers().allValues("cache-control")).toLowerCase(Locale.ROOT);
        boolean kept = !control.contains("no-store")
                && !control.contains("private")
                && (control.contains("s-maxage") || control.contains("max-age"));
        boolean redirect = response.statusCode() >= 300 && response.statusCode() < 400;
        if (!kept || redirect) {
            return Optional.empty();
        }
        List<String> carried = new ArrayList<>();
        for (String value : response.headers().allValues(header)) {
            for (String tag : value.split(",", -1)) {
                if (!tag.isBlank()) {
                    carried.add(tag.strip());
                }
            }
        }
        boolean hit = response.headers()
                .firstValue("x-cache")
                .map(value -> value.toLowerCase(Locale.ROOT).contains("hit"))
                .orElse(false);
        return Optional.of(new Answer(carried, hit));
    }

    private HttpResponse<Void> send(URI url, boolean rsc) throws IOException, InterruptedException {
        HttpRequest.Builder call = SiteRequest.to(url).timeout(TIMEOUT);
        if (rsc) {
            call.header("rsc", "1");
        }
        return client.send(call.build(), HttpResponse.BodyHandlers.discarding());
    }

    private Optional<Finding> check(Request request, CdnTag own, Answer answer) {
        if (answer.tags().isEmpty()) {
            return Optional.of(wrong(
                    request.toString(),
                    "it carries no " + header
                            + (answer.fromCache()
                                    ? ", and was cached: perhaps before the rules were deployed, so clear everything once"
                                    : ": paste the rules of purgewise page-tags into next.config, behind all others")));
        }
        if (answer.tags().stream().noneMatch(own.tag()::equalsIgnoreCase)) {
            return Optional.of(wrong(
                    request.toString(),
                    "it carries " + answer.tags().stream().limit(3).toList() + ", not " + own.tag()
                            + ": another rule, the app or a middleware writes " + header
                            + " as well, and one replaces the"
                            + " other"));
        }
        int most = CdnTag.MAX_TAGS_OF_AN_OBJECT;
        return answer.tags().size() <= most
                ? Optional.empty()
                : Optional.of(wrong(
                        request.toString(),
                        "it carries " + answer.tags().size() + " tags, of which CloudFront reads the first " + most));
    }

    private static String folded(String tag) {
        return tag.toLowerCase(Locale.ROOT);
    }

    private static Finding wrong(String subject, String text) {
        return new Finding(subject, Verdict.WRONG, text, List.of());
    }
}
