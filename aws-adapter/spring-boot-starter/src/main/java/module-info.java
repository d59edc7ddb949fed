/** Configures Purgewise in Spring Boot services. */
module io.purgewise.spring {
    requires transitive io.purgewise.aws;
    requires static transitive org.jspecify;
    requires spring.beans;
    requires spring.boot;
    requires spring.boot.autoconfigure;
    requires spring.context;
    requires spring.core;
    requires software.amazon.awssdk.http.urlconnection;
    requires software.amazon.awssdk.regions;
    requires static micrometer.core;
    requires static micrometer.observation;
    requires static org.apache.tomcat.embed.core;
    requires static spring.boot.health;
    requires static spring.modulith.events.api;
    requires static spring.modulith.events.core;
    requires static spring.tx;
    requires static spring.web;
    requires static spring.webmvc;
    requires static tools.jackson.core;
    requires static transitive tools.jackson.databind;

    exports io.purgewise.spring;
    exports io.purgewise.spring.events;
    exports io.purgewise.spring.webhook;

    // Spring makes the beans of these.
    opens io.purgewise.spring;
    opens io.purgewise.spring.events;
    opens io.purgewise.spring.webhook;
}
