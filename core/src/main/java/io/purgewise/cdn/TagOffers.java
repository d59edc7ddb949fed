package io.purgewise.cdn;

import io.purgewise.plan.TagOption;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Collects the cache tags that may stand for paths in one plan. CloudFront ignores the case of tags, so pages whose paths differ
 * in case only have one tag between them: they are cleared by path. Used by one thread.
 */
final class TagOffers {

    private final UrlIndex known;
    private final List<TagOption> offers = new ArrayList<>();
    private final Map<String, TagOption> byTag = new LinkedHashMap<>();
    private final Set<String> sharedTags = new TreeSet<>();

    TagOffers(UrlIndex known) {
        this.known = known;
    }

    void add(Wanted wanted) {
        wanted.tags().forEach(tag -> offers.add(new TagOption(tag, wanted.patterns(), wanted.unnameable(), 0)));
        wanted.pageTags().forEach(option -> byTag.merge(folded(option.tag().tag()), option, this::both));
    }

    private static String folded(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** Joins what two changes want of one page. */
    private TagOption both(TagOption one, TagOption other) {
        if (!one.tag().equals(other.tag())) {
            sharedTags.add(folded(one.tag().tag()));
        }
        Set<UrlPattern> clears = new HashSet<>(one.clears());
        clears.addAll(other.clears());
        Set<UnnameableUrl> unnameable = new HashSet<>(one.unnameable());
        unnameable.addAll(other.unnameable());
        return new TagOption(one.tag(), clears, unnameable, Math.max(one.collateral(), other.collateral()));
    }

    /** Lists the offers; {@link #sharedTags} is complete then. */
    List<TagOption> options() {
        List<TagOption> options = new ArrayList<>(offers);
        byTag.forEach((folded, option) -> {
            if (clearsOtherPages(option)) {
                sharedTags.add(folded);
            }
            if (!sharedTags.contains(folded)) {
                options.add(option);
            }
        });
        return options;
    }

    private boolean clearsOtherPages(TagOption option) {
        return option.clears().stream()
                .filter(pattern -> !pattern.prefix())
                .flatMap(pattern -> known.equalIgnoringCase(pattern.path()).stream())
                .anyMatch(url -> option.clears().stream().noneMatch(pattern -> pattern.matches(url)));
    }

    /** Lists the tags that are no use, since they name pages that differ in case only. */
    Set<String> sharedTags() {
        return sharedTags;
    }
}
