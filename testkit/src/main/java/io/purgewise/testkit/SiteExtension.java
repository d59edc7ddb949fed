package io.purgewise.testkit;

import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Site;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives each JUnit Jupiter test a fresh {@link SiteInMemory}, on JUnit 5.14 and 6.
 *
 * <p>Most tests only need the annotation {@link WithSite}. To say more about the site, register the extension:
 *
 * <pre>{@code
 * @RegisterExtension
 * final SiteExtension shop = SiteExtension.of(() -> SiteInMemory.builder()
 *         .mode(TagCacheMode.NEXT_MODE)
 *         .page(Router.APP_PAGE, "/products/1", "products"));
 *
 * @Test
 * void aReaderSeesTheNewProduct() {
 *     shop.site().edit("/products/1");
 *     ...
 * }
 * }</pre>
 *
 * <p>Either way, test methods, {@code @BeforeEach}, {@code @AfterEach} and constructors of classes with an instance per test may
 * take as parameters a {@link SiteInMemory} or any of its parts: {@link Site}, {@link Revalidator}, {@link ManualClock},
 * {@link io.purgewise.outbox.OutboxDrainer}, {@link Outbox}, {@link EdgeCache}, {@link FakeCloudFront},
 * {@link FakeOpenNext}, {@link InMemoryTagCache},
 * {@link InMemoryIncrementalCache}.
 *
 * <p>Parameters are safe where tests run at the same time; {@link #site()} is where the field is not static.
 */
public final class SiteExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SiteExtension.class);

    private static final Map<Class<?>, Function<SiteInMemory, Object>> PARTS = Map.ofEntries(
            Map.entry(SiteInMemory.class, site -> site),
            Map.entry(Site.class, SiteParts::site),
            Map.entry(Revalidator.class, SiteInMemory::revalidator),
            Map.entry(OutboxDrainer.class, SiteInMemory::drainer),
            Map.entry(ManualClock.class, SiteParts::clock),
            Map.entry(EdgeCache.class, SiteParts::edge),
            Map.entry(FakeCloudFront.class, SiteParts::cloudFront),
            Map.entry(FakeOpenNext.class, SiteParts::server),
            Map.entry(Outbox.class, SiteParts::outbox),
            Map.entry(InMemoryTagCache.class, SiteParts::table),
            Map.entry(InMemoryIncrementalCache.class, SiteParts::pages));

    private final @Nullable Supplier<SiteInMemory.Builder> builder;
    private volatile @Nullable SiteInMemory current;

    /** Creates the extension for {@link WithSite}; without that annotation its sites have no pages. */
    public SiteExtension() {
        this(null);
    }

    private SiteExtension(@Nullable Supplier<SiteInMemory.Builder> builder) {
        this.builder = builder;
    }

    /**
     * Creates an extension whose sites a test describes.
     *
     * @param builder asked before each test
     * @return the extension, for a field with {@code @RegisterExtension}
     */
    public static SiteExtension of(Supplier<SiteInMemory.Builder> builder) {
        Objects.requireNonNull(builder, "builder");
        return new SiteExtension(builder);
    }

    /**
     * Returns the site of the running test.
     *
     * @return the site
     * @throws IllegalStateException if no test is running
     */
    public SiteInMemory site() {
        SiteInMemory site = current;
        if (site == null) {
            throw new IllegalStateException("no test is running: a site is made before each test and dropped after it;"
                    + " use it in @BeforeEach or later");
        }
        return site;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Objects.requireNonNull(context, "context");
        current = siteOf(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Objects.requireNonNull(context, "context");
        current = null;
    }

    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        Objects.requireNonNull(rootContext, "rootContext");
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Objects.requireNonNull(parameter, "parameter");
        Objects.requireNonNull(context, "context");
        return PARTS.containsKey(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Objects.requireNonNull(parameter, "parameter");
        Objects.requireNonNull(context, "context");
        if (context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException("a site is fresh for each test, so "
                    + parameter.getDeclaringExecutable()
                    + " cannot take one: move the parameter to the test method or to @BeforeEach");
        }
        Function<SiteInMemory, Object> part = PARTS.get(parameter.getParameter().getType());
        if (part == null) {
            throw new ParameterResolutionException("no part of a site: " + parameter);
        }
        return part.apply(siteOf(context));
    }

    private SiteInMemory siteOf(ExtensionContext context) {
        // Only get and put: what computes absent values has another name in JUnit 6 than in 5.
        ExtensionContext.Store store = context.getStore(NAMESPACE);
        SiteInMemory site = store.get(this, SiteInMemory.class);
        if (site == null) {
            site = (builder == null ? annotated(context) : builder.get()).build();
            store.put(this, site);
        }
        return site;
    }

    private static SiteInMemory.Builder annotated(ExtensionContext context) {
        Optional<WithSite> ofMethod = AnnotationSupport.findAnnotation(context.getElement(), WithSite.class);
        return ofMethod.or(() -> ofClass(context)).map(SiteExtension::described).orElseGet(SiteInMemory::builder);
    }

    /** Finds the annotation on the test class or, for a nested one, on the classes around it. */
    private static Optional<WithSite> ofClass(ExtensionContext context) {
        Class<?> type = context.getTestClass().orElse(null);
        while (type != null) {
            Optional<WithSite> found = AnnotationSupport.findAnnotation(type, WithSite.class);
            if (found.isPresent()) {
                return found;
            }
            type = type.getEnclosingClass();
        }
        return Optional.empty();
    }

    private static SiteInMemory.Builder described(WithSite description) {
        Site site = Site.builder(BuildId.of(description.buildId()))
                .basePath(description.basePath())
                .trailingSlash(description.trailingSlash())
                .build();
        SiteInMemory.Builder builder = SiteInMemory.builder(site);
        for (SitePage page : description.value()) {
            builder.page(Page.of(page.router(), page.path()), page.tags());
        }
        return builder;
    }
}
