/** Says what a changed page is at the CDN, plans the cheapest invalidation of it, and defines the ports to the outside. */
module io.purgewise.core {
    requires static transitive org.jspecify;

    exports io.purgewise;
    exports io.purgewise.site;
    exports io.purgewise.plan;
    exports io.purgewise.revalidate;
    exports io.purgewise.cdn;
    exports io.purgewise.outbox;
    exports io.purgewise.cache;
}
