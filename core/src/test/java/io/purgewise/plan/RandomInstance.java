package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Makes small planning problems of the awkward kinds: deep common prefixes, query variants, pages that are prefixes of siblings,
 * escapes that differ in their last digit, repeats, URLs that nobody knows, weight 0, limits that leave no plan.
 *
 * @param required what must be cleared
 * @param known the site
 * @param policy prices and limits
 */
record RandomInstance(List<UrlPattern> required, Map<String, Long> known, PlanPolicy policy) {

    private static final List<String> SEGMENTS = List.of(
            "a", "ab", "abc", "b", "1", "11", "!", "*a", "%C3%A4", "%C3%A5", "caf%C4%81", "aaaaaaaaaaaaaaaaaa", "");
    private static final List<String> QUERIES = List.of("?_rsc=x", "?_rsc=y", "?", "?_rsc=");
    private static final long[] PATH_PRICES = {5000, 5000, 5000, 0, 1, 7};
    private static final long[] FREE = {0, 0, 1, 2, 3, 5, 1000};
    private static final long[] REFILL = {0, 1, 10, 2500, 4999, 5000, 20000};
    private static final long[] WAIT = {0, 1, 7, 500, 1000, 1700, 5000};
    private static final int[] WILDCARDS = {0, 1, 1, 2, 3, 15};
    private static final long[] COLLATERAL = {0, 1, 2, 3, 5, 9, Long.MAX_VALUE, Long.MAX_VALUE};

    static RandomInstance of(Random random, int maxPatterns) {
        List<String> urls = new ArrayList<>();
        int count = 1 + random.nextInt(2 * maxPatterns);
        for (int i = 0; i < count; i++) {
            urls.add(url(random, urls));
        }
        Map<String, Long> known = new TreeMap<>();
        int skew = random.nextInt(3);
        for (String url : urls) {
            if (random.nextInt(5) > 0) {
                known.put(url, skew == 0 ? 1L : (long) random.nextInt(skew == 1 ? 4 : 1000));
            }
        }
        List<UrlPattern> required = new ArrayList<>();
        int patterns = random.nextInt(maxPatterns + 1);
        for (int i = 0; i < patterns; i++) {
            String url = urls.get(random.nextInt(urls.size()));
            int cut = url.indexOf('?');
            boolean prefix = random.nextInt(4) == 0;
            if (prefix && random.nextBoolean()) {
                url = (cut < 0 ? url : url.substring(0, cut)) + (random.nextBoolean() ? "?" : "/");
            }
            UrlPattern pattern = prefix || url.endsWith("*") ? UrlPattern.prefix(url) : UrlPattern.exact(url);
            required.add(pattern);
            if (random.nextInt(6) == 0) {
                required.add(pattern);
            }
        }
        return new RandomInstance(required, known, policy(random, urls));
    }

    private static String url(Random random, List<String> urls) {
        StringBuilder url = new StringBuilder();
        if (!urls.isEmpty() && random.nextInt(3) > 0) {
            String other = urls.get(random.nextInt(urls.size()));
            int slash = other.lastIndexOf('/');
            int query = other.indexOf('?');
            url.append(other, 0, random.nextBoolean() ? Math.max(1, slash) : query < 0 ? other.length() : query);
            if (random.nextInt(4) == 0) {
                return url.append(SEGMENTS.get(random.nextInt(6))).toString();
            }
        }
        int segments = random.nextInt(3);
        for (int i = 0; i < segments; i++) {
            url.append('/').append(SEGMENTS.get(random.nextInt(SEGMENTS.size())));
        }
        if (url.length() == 0) {
            url.append('/');
        }
        return random.nextInt(3) == 0 && url.indexOf("?") < 0
                ? url + QUERIES.get(random.nextInt(QUERIES.size()))
                : url.toString();
    }

    private static PlanPolicy policy(Random random, List<String> urls) {
        PlanPolicy policy = PlanPolicy.balanced().toBuilder()
                .prices(new PriceList(
                        PATH_PRICES[random.nextInt(PATH_PRICES.length)],
                        FREE[random.nextInt(FREE.length)],
                        REFILL[random.nextInt(REFILL.length)]))
                .maxWildcards(WILDCARDS[random.nextInt(WILDCARDS.length)])
                .maxCollateral(COLLATERAL[random.nextInt(COLLATERAL.length)])
                .granularity(random.nextInt(3) == 0 ? PlanPolicy.Granularity.SEGMENT : PlanPolicy.Granularity.CHARACTER)
                .build();
        if (random.nextInt(5) == 0) {
            policy = policy.toBuilder()
                    .protectedPrefixes(List.of(someOf(random, urls), someOf(random, urls)))
                    .build();
        }
        if (random.nextInt(8) == 0) {
            policy = policy.toBuilder()
                    .wildcardsInside(List.of(someOf(random, urls)))
                    .build();
        }
        return policy;
    }

    /** Returns the path of some URL or of one of its directories. */
    private static String someOf(Random random, List<String> urls) {
        String url = urls.get(random.nextInt(urls.size()));
        return random.nextBoolean() ? url : url.substring(0, url.lastIndexOf('/') + 1);
    }

    /** Returns this problem with waiting that costs, and sometimes a limit on time, under small quotas of one of two forms. */
    RandomInstance waiting(Random random, boolean rates) {
        Duration latency = Duration.ofMillis(random.nextInt(3));
        QuotaTable.Builder table = QuotaTable.builder(latency)
                .items(rates ? 0 : 1 + random.nextInt(3), Duration.ofMillis(random.nextInt(4)))
                .wildcards(rates ? 0 : 1 + random.nextInt(2), Duration.ofMillis(random.nextInt(9)));
        if (random.nextInt(4) == 0) {
            table.items(1, Duration.ofMillis(2)).wildcards(1, Duration.ofMillis(5)); // calls
        }
        PlanPolicy.Builder timed =
                policy.toBuilder().quotaTable(table.build()).waitPrice(WAIT[random.nextInt(WAIT.length)]);
        if (random.nextInt(3) == 0) {
            timed.maxTime(latency.plusMillis(random.nextInt(12)));
        }
        return new RandomInstance(required, known, timed.build());
    }

    /** Makes a problem of which two of three weigh time. */
    static RandomInstance perhapsWaiting(Random random, int maxPatterns) {
        RandomInstance instance = of(random, maxPatterns);
        return switch (random.nextInt(3)) {
            case 0 -> instance;
            case 1 -> instance.waiting(random, true);
            default -> instance.waiting(random, false);
        };
    }

    UrlIndex index() {
        UrlIndexBuilder builder = UrlIndex.builder();
        known.forEach(builder::add);
        return builder.build();
    }
}
