/** Is a service of the kind that Purgewise is built for, as a module: it names what it uses and gets nothing else. */
module io.purgewise.examples.modulepath {
    requires io.purgewise.aws;
    requires io.purgewise.testkit;
    requires static org.jspecify;
    requires software.amazon.awssdk.auth;
    requires software.amazon.awssdk.http;
    requires software.amazon.awssdk.http.urlconnection;
    requires software.amazon.awssdk.regions;
}
