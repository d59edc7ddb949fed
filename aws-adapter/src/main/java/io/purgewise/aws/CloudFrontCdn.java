package io.purgewise.aws;

import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.InvalidationList;
import software.amazon.awssdk.services.cloudfront.model.Paths;

/**
 * Submits invalidations to Amazon CloudFront.
 *
 * <p>The client is the caller's: this class neither configures nor closes it. Any region of the account's partition will do:
 * CloudFront is one service a partition, and the SDK signs for {@code cn-northwest-1} in China and {@code us-east-1} elsewhere;
 * only a client with an endpoint of its own is given that region itself. The SDK's own retries may stay on: they resend the same batch with the same caller
 * reference within seconds, which is safe, and they never retry {@code TooManyInvalidationsInProgress}; patience over minutes
 * is {@code InvalidationSubmitter}'s. Turn them off ({@code RetryStrategy} with one attempt) if every call shall be counted.
 *
 * <p>Permissions: {@code cloudfront:CreateInvalidation}, {@code GetInvalidation} and {@code ListInvalidations} on
 * {@code arn:aws:cloudfront::ACCOUNT:distribution/ID}; {@code GetDistributionConfig} too where cache tags are used. For a
 * distribution tenant the same actions on {@code distribution-tenant/ID}, and {@code GetDistributionTenant}.
 *
 * <p>This class is thread-safe.
 */
public final class CloudFrontCdn implements Cdn {

    private final CloudFrontClient client;

    /**
     * Creates the port on a client.
     *
     * @param client a client that stays the caller's
     */
    public CloudFrontCdn(CloudFrontClient client) {
        this.client = Objects.requireNonNull(client, "client");
    }

    @Override
    public Invalidation submit(InvalidationBatch batch) {
        DistributionId distribution = batch.distribution();
        var paths = Paths.builder()
                .quantity(batch.quantity())
                .items(batch.spellings())
                .build();
        var request = software.amazon.awssdk.services.cloudfront.model.InvalidationBatch.builder()
                .paths(paths)
                .callerReference(batch.reference().value())
                .build();
        return CloudFrontErrors.submitting(
                batch.reference(),
                () -> toInvalidation(
                        distribution.tenant()
                                ? client.createInvalidationForDistributionTenant(call ->
                                                call.id(distribution.value()).invalidationBatch(request))
                                        .invalidation()
                                : client.createInvalidation(call -> call.distributionId(distribution.value())
                                                .invalidationBatch(request))
                                        .invalidation()));
    }

    @Override
    public Invalidation read(DistributionId distribution, String invalidationId) {
        Objects.requireNonNull(distribution, "distribution");
        Objects.requireNonNull(invalidationId, "invalidationId");
        return CloudFrontErrors.asking(() -> toInvalidation(
                distribution.tenant()
                        ? client.getInvalidationForDistributionTenant(
                                        call -> call.distributionTenantId(distribution.value())
                                                .id(invalidationId))
                                .invalidation()
                        : client.getInvalidation(call -> call.distributionId(distribution.value())
                                        .id(invalidationId))
                                .invalidation()));
    }

    @Override
    public Iterable<Invalidation.Summary> list(DistributionId distribution) {
        Objects.requireNonNull(distribution, "distribution");
        return () -> new InvalidationPages(marker -> CloudFrontErrors.asking(() -> page(distribution, marker)));
    }

    private InvalidationList page(DistributionId distribution, @Nullable String marker) {
        return distribution.tenant()
                ? client.listInvalidationsForDistributionTenant(
                                call -> call.id(distribution.value()).marker(marker))
                        .invalidationList()
                : client.listInvalidations(call ->
                                call.distributionId(distribution.value()).marker(marker))
                        .invalidationList();
    }

    @Override
    public Optional<String> cacheTagHeader(DistributionId distribution) {
        Objects.requireNonNull(distribution, "distribution");
        return CloudFrontErrors.asking(() -> {
            String id = distribution.tenant()
                    ? client.getDistributionTenant(call -> call.identifier(distribution.value()))
                            .distributionTenant()
                            .distributionId()
                    : distribution.value();
            DistributionConfig config =
                    client.getDistributionConfig(call -> call.id(id)).distributionConfig();
            return config.cacheTagConfig() == null
                    ? Optional.empty()
                    : Optional.ofNullable(config.cacheTagConfig().headerName());
        });
    }

    private static Invalidation toInvalidation(
            software.amazon.awssdk.services.cloudfront.model.Invalidation invalidation) {
        var batch = invalidation.invalidationBatch();
        return new Invalidation(
                invalidation.id(),
                Invalidation.Status.parse(invalidation.status()),
                invalidation.createTime(),
                new CallerReference(batch.callerReference()),
                batch.paths().quantity(),
                new HashSet<>(batch.paths().items()));
    }
}
