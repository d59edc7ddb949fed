package io.purgewise.testkit;

import io.purgewise.site.Router;
import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes a page of a site that {@link WithSite} builds. */
@Target({})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface SitePage {

    /**
     * Names the page.
     *
     * @return its path in the form of {@link io.purgewise.site.Page#path()}
     */
    String path();

    /**
     * Lists the page's cache tags.
     *
     * @return the tags; default none, and none for the Pages Router
     */
    String[] tags() default {};

    /**
     * Says what serves the page.
     *
     * @return the router; default {@link Router#APP_PAGE}
     */
    Router router() default Router.APP_PAGE;
}
