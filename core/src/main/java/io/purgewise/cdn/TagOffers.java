package io.purgewise.cdn;

import io.purgewise.plan.TagOption;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.CdnTag;
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
 * in case only have one tag between them: they are cleared by path. Tags of the app that differ in case only are one tag, and
 * what it clears besides what the plan is for counts as collateral. Used by one thread.
 */
final class TagOffers {

    private final UrlIndex known;
    private final Map<String, Whole> wholes = new LinkedHashMap<>();
    private final Map<String, TagOption> byTag = new LinkedHashMap<>();
    private final Set<String> sharedTags = new TreeSet<>();

    TagOffers(UrlIndex known) {
        this.known = known;
    }

    void add(Wanted wanted) {
        wanted.tags()
                .forEach((tag, besides) -> wholes.computeIfAbsent(folded(tag.tag()), any -> new Whole(tag))
                        .add(wanted, besides));
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

    /** Holds what a tag of the app clears, over all changes of the plan. */
    private record Whole(CdnTag tag, Set<UrlPattern> clears, Set<UnnameableUrl> unnameable, Set<UrlPattern> besides) {

        Whole(CdnTag tag) {
            this(tag, new HashSet<>(), new HashSet<>(), new HashSet<>());
        }

        void add(Wanted wanted, Set<UrlPattern> others) {
            clears.addAll(wanted.patterns());
            unnameable.addAll(wanted.unnameable());
            besides.addAll(others);
        }
    }

    /**
     * Lists the offers; {@link #sharedTags} is complete then.
     *
     * @param patterns all that the plan is to clear, which is no tag's collateral
     */
    List<TagOption> options(Set<UrlPattern> patterns) {
        List<TagOption> options = new ArrayList<>();
        for (Whole whole : wholes.values()) {
            long collateral = whole.besides().stream()
                    .filter(pattern -> !patterns.contains(pattern))
                    .mapToLong(this::weight)
                    .sum();
            options.add(new TagOption(
                    whole.tag(), whole.clears(), whole.unnameable(), Math.min(collateral, TagOption.MOST_COLLATERAL)));
        }
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

    /** Weighs what a tag clears as the planner does what a wildcard clears; of an unknown site each URL weighs 1. */
    private long weight(UrlPattern pattern) {
        if (known.isUnknown()) {
            return pattern.prefix() ? 0 : 1;
        }
        return pattern.prefix()
                ? known.weightUnder(pattern.path())
                : known.weightOf(pattern.path()).orElse(0);
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
