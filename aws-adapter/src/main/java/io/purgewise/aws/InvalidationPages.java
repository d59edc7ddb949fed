package io.purgewise.aws;

import io.purgewise.cdn.InvalidationStatus;
import io.purgewise.cdn.InvalidationSummary;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.InvalidationList;

/** Walks the pages of a list of invalidations, asking for a page when it is reached. Not thread-safe. */
final class InvalidationPages implements Iterator<InvalidationSummary> {

    private final Function<@Nullable String, InvalidationList> pages;
    private final Deque<InvalidationSummary> page = new ArrayDeque<>();
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
                    .forEach(item -> page.add(new InvalidationSummary(
                            item.id(), InvalidationStatus.parse(item.status()), item.createTime())));
            last = !Boolean.TRUE.equals(next.isTruncated()) || next.nextMarker() == null;
            marker = next.nextMarker();
        }
        return !page.isEmpty();
    }

    @Override
    public InvalidationSummary next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the list of invalidations ends here");
        }
        return page.remove();
    }
}
