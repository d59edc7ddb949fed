package io.purgewise.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives every test of a class, or one test, a fresh {@link SiteInMemory} to take as a parameter.
 *
 * <pre>{@code
 * @WithSite({@SitePage(path = "/products/1", tags = "products"), @SitePage(path = "/about")})
 * class ProductWebhookTest {
 *
 *     @Test
 *     void aReaderSeesTheNewProduct(SiteInMemory site, Revalidator revalidator) throws Exception {
 *         site.read("/products/1");
 *         site.edit("/products/1");
 *         new ProductWebhook(revalidator).onChange(1);
 *         site.clock().advance(Duration.ofMinutes(1));
 *         assertThat(site.edge()).reader("/products/1").sees("/products/1 version 2");
 *     }
 * }
 * }</pre>
 *
 * <p>An annotation on a method replaces that of its class. For settings beyond these, register a {@link SiteExtension}.
 */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(SiteExtension.class)
public @interface WithSite {

    /**
     * Lists the site's pages.
     *
     * @return the pages; default none
     */
    SitePage[] value() default {};

    /**
     * Names the site's build.
     *
     * @return the Next build ID and cache build ID
     */
    String buildId() default "build-1";

    /**
     * Sets the path that the whole site lives under.
     *
     * @return the base path, such as {@code /shop}; empty for none
     */
    String basePath() default "";

    /**
     * Sets whether URLs end in a slash.
     *
     * @return {@code trailingSlash} of {@code next.config.js}
     */
    boolean trailingSlash() default false;
}
