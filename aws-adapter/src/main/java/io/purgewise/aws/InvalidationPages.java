package io.purgewise.aws;

import io.purgewise.cdn.Invalidation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.InvalidationList;

/** Walks the pages of a list of invalidations, asking for a page when it is reached. Not thread-safe. */
final class InvalidationPages implements Iterator<Invalidation.Summary> {

    private final Function<@Nullable String, InvalidationList> pages;
    private final Deque<Invalidation.Summary> page = new ArrayDeque<>();
    private @Nullable String marker;
    private boolean last;

    InvalidationPages(Function<@Nullable String, InvalidationList> pages) {
        this.pages = pages;
    }

    @Override
    public boolean hasNext() {
        while (page.isEmpty() && !last) {
            InvalidationList next = pages.apply(marker);
            next.items()
                    .forEach(item -> page.add(new Invalidation.Summary(
                            item.id(), Invalidation.Status.parse(item.status()), item.createTime())));
            last = !Boolean.TRUE.equals(next.isTruncated()) || next.nextMarker() == null;
            marker = next.nextMarker();
        }
        return !page.isEmpty();
    }

    @Override
    public Invalidation.Summary next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the list of invalidations ends here");
        }
        return page.remove();
    }
}
