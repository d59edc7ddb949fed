package io.purgewise.plan;

import org.openjdk.jol.info.GraphLayout;

/** Prints the retained heap of an index of 10 million URLs. */
public final class IndexHeap {

    private IndexHeap() {}

    /** Builds the index and measures it. */
    public static void main(String[] args) {
        int pages = args.length > 0 ? Integer.parseInt(args[0]) : 10_000_000;
        UrlIndex index = BenchSite.index(pages);
        long bytes = GraphLayout.parseInstance(index).totalSize();
        System.out.printf("%d URLs, %d bytes retained, %.2f bytes per URL%n", index.size(), bytes, bytes / (double) index.size());
    }
}
