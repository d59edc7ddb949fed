package io.purgewise.plan;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.LongBinaryOperator;

/** Walks through several segments as one, in order, each URL once. */
final class SegmentMerge {

    private static final Comparator<SegmentCursor> BY_URL =
            (a, b) -> Arrays.compareUnsigned(a.url(), 0, a.length(), b.url(), 0, b.length());

    private final PriorityQueue<SegmentCursor> cursors = new PriorityQueue<>(BY_URL);
    private final LongBinaryOperator combine;
    private byte[] url = new byte[128];
    private int length;
    private long weight;

    /**
     * Starts before the first URL.
     *
     * @param combine makes one weight of those that a URL has in two segments
     */
    SegmentMerge(Collection<IndexSegment> segments, LongBinaryOperator combine) {
        this.combine = combine;
        segments.forEach(segment -> advance(segment.cursor()));
    }

    private void advance(SegmentCursor cursor) {
        if (cursor.next()) {
            cursors.add(cursor);
        }
    }

    byte[] url() {
        return url;
    }

    int length() {
        return length;
    }

    long weight() {
        return weight;
    }

    /** Moves to the next URL; returns false behind the last one. */
    boolean next() {
        SegmentCursor least = cursors.poll();
        if (least == null) {
            return false;
        }
        length = least.length();
        if (length > url.length) {
            url = new byte[2 * length];
        }
        System.arraycopy(least.url(), 0, url, 0, length);
        weight = least.weight();
        advance(least);
        for (SegmentCursor same = cursors.peek(); same != null && same.isAt(url, 0, length); same = cursors.peek()) {
            cursors.remove();
            weight = combine.applyAsLong(weight, same.weight());
            advance(same);
        }
        return true;
    }

    /** Writes all that is left into one segment. */
    IndexSegment toSegment(SymbolEncoder encoder) {
        SegmentWriter writer = new SegmentWriter(encoder);
        while (next()) {
            writer.add(url, 0, length, weight);
        }
        return writer.finish();
    }
}
