package io.purgewise.aws;

import io.purgewise.cdn.DistributionId;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.DistributionList;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;

/**
 * Finds the distribution or distribution tenant that serves a domain name, for callers who know the site by its host.
 *
 * <p>All names of a distribution share one cache, so one invalidation clears them all; a site behind two distributions needs
 * both. Needed actions: {@code cloudfront:ListDistributions} and {@code cloudfront:GetDistributionTenantByDomain}. The client is
 * the caller's. This class is thread-safe.
 */
public final class CloudFrontDomains {

    private final CloudFrontClient client;

    /**
     * Creates a finder.
     *
     * @param client a client that stays the caller's
     */
    public CloudFrontDomains(CloudFrontClient client) {
        this.client = Objects.requireNonNull(client, "client");
    }

    /**
     * Finds what serves a host: the distribution with that alternate domain name or CloudFront domain, else the tenant with that
     * domain, else the distribution with a wildcard name ({@code *.example.com}) one level above.
     *
     * @param host a domain name, such as {@code www.example.com}
     * @return the distribution or tenant, or empty if the account has none
     * @throws IllegalArgumentException if {@code host} is no plain domain name
     * @throws io.purgewise.cdn.CdnException if CloudFront could not be asked
     */
    public Optional<DistributionId> serving(String host) {
        Objects.requireNonNull(host, "host");
        String name = host.toLowerCase(Locale.ROOT);
        if (!name.matches("[a-z0-9-]+(\\.[a-z0-9-]+)+")) {
            throw new IllegalArgumentException("host must be a plain domain name, but was \"" + host + "\"");
        }
        return withName(name).or(() -> tenant(name)).or(() -> withName("*" + name.substring(name.indexOf('.'))));
    }

    private Optional<DistributionId> withName(String name) {
        return CloudFrontErrors.asking(() -> {
            String marker = null;
            do {
                DistributionList page = list(marker);
                for (DistributionSummary each : page.items()) {
                    boolean alias = each.aliases() != null
                            && each.aliases().items().stream().anyMatch(name::equalsIgnoreCase);
                    if (alias || name.equalsIgnoreCase(each.domainName())) {
                        return Optional.of(DistributionId.of(each.id()));
                    }
                }
                marker = page.isTruncated() ? page.nextMarker() : null;
            } while (marker != null);
            return Optional.empty();
        });
    }

    private DistributionList list(@Nullable String marker) {
        return client.listDistributions(call -> call.marker(marker)).distributionList();
    }

    private Optional<DistributionId> tenant(String name) {
        return CloudFrontErrors.asking(() -> {
            try {
                return Optional.of(DistributionId.tenant(client.getDistributionTenantByDomain(call -> call.domain(name))
                        .distributionTenant()
                        .id()));
            } catch (CloudFrontException e) {
                if (e.statusCode() == 404) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }
}
