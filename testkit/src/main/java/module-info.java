/** Offers fakes for every port of Purgewise, assertions, and contracts that ports can be tested against. */
module io.purgewise.testkit {
    requires transitive io.purgewise.core;
    requires static transitive org.jspecify;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires jdk.httpserver;
    requires java.xml;

    exports io.purgewise.testkit;
}
