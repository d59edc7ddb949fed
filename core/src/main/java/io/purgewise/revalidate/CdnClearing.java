package io.purgewise.revalidate;

import io.purgewise.cdn.BatchResult;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.EntryKey;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.cdn.OutboxDrainer;
import io.purgewise.cdn.OutboxEntry;
import io.purgewise.cdn.SubmissionException;
import io.purgewise.plan.InvalidationPlan;
import io.purgewise.plan.InvalidationPlanner;
import io.purgewise.plan.TagOption;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Clears what the changes of one call need at the CDN: one plan, submitted to each distribution. */
final class CdnClearing {

    private final InvalidationPlanner planner;
    private final Supplier<UrlIndex> knownUrls;
    private final InvalidationSubmitter submitter;
    private final List<DistributionId> distributions;
    private final InstantSource clock;
    private final RandomGenerator random;

    CdnClearing(
            InvalidationPlanner planner,
            Supplier<UrlIndex> knownUrls,
            InvalidationSubmitter submitter,
            List<DistributionId> distributions,
            InstantSource clock,
            RandomGenerator random) {
        this.planner = planner;
        this.knownUrls = knownUrls;
        this.submitter = submitter;
        this.distributions = distributions;
        this.clock = clock;
        this.random = random;
    }

    /** Plans what the changes need and sends nothing. */
    Preview preview(List<ChangeReceipt> receipts) {
        return Preview.of(receipts, plan(receipts));
    }

    /** Hands what each change needs to an outbox. */
    Receipt accept(List<ChangeReceipt> receipts, Duration settle, OutboxDrainer outbox) {
        Instant marked = clock.instant();
        List<OutboxEntry> entries = new ArrayList<>();
        for (ChangeReceipt receipt : receipts) {
            if (!receipt.patterns().isEmpty()) {
                String id = marked.toEpochMilli() + "-" + Long.toHexString(random.nextLong()) + "-" + entries.size();
                entries.add(new OutboxEntry(id, marked, marked.plus(settle), Set.copyOf(receipt.patterns()), Set.of()));
            }
        }
        outbox.append(entries);
        List<EntryKey> keys = entries.stream().map(OutboxEntry::key).toList();
        return new Receipt(receipts, null, List.of(), keys, submitter.waiter(), clock);
    }

    /** Plans what the changes need and submits it to every distribution. */
    Receipt submit(List<ChangeReceipt> receipts) {
        Optional<InvalidationPlan> plan = plan(receipts);
        List<Submission> submissions = new ArrayList<>();
        if (plan.isPresent()) {
            // The time alone would not tell apart two instances that clear the same page in the same millisecond.
            String discriminator = clock.instant() + "/" + Long.toHexString(random.nextLong());
            for (DistributionId distribution : distributions) {
                submissions.add(submit(distribution, plan.get().items(), discriminator));
            }
        }
        return new Receipt(receipts, plan.orElse(null), submissions, List.of(), submitter.waiter(), clock);
    }

    private Optional<InvalidationPlan> plan(List<ChangeReceipt> receipts) {
        Set<UrlPattern> patterns = new TreeSet<>();
        receipts.forEach(receipt -> patterns.addAll(receipt.patterns()));
        if (patterns.isEmpty()) {
            return Optional.empty();
        }
        // A limit is a wish about cost and speed; a stale page is worse, so a plan that exceeds one is sent too, in
        // waves.
        return Optional.of(planner.plan(patterns, List.of(), knownUrls.get(), tagOptions(receipts)));
    }

    /** Lets a tag of the app be cleared as one cache tag of the CDN, where every distribution reads them. */
    private List<TagOption> tagOptions(List<ChangeReceipt> receipts) {
        List<TagOption> options = new ArrayList<>();
        if (receipts.stream().allMatch(receipt -> receipt.tags().isEmpty())
                || !distributions.stream().allMatch(this::readsCacheTags)) {
            return options;
        }
        for (ChangeReceipt receipt : receipts) {
            if (!receipt.patterns().isEmpty()) {
                receipt.tags().forEach(tag -> options.add(TagOption.of(tag, Set.copyOf(receipt.patterns()))));
            }
        }
        return options;
    }

    /** CloudFront takes a tag for a distribution that reads none and clears nothing, so not knowing is a no. */
    private boolean readsCacheTags(DistributionId distribution) {
        return submitter.readsCacheTags(distribution).orElse(false);
    }

    private Submission submit(DistributionId distribution, List<InvalidationItem> items, String discriminator) {
        try {
            BatchResult result = submitter.submitAll(distribution, items, discriminator);
            return new Submission(distribution, result, List.of(), refused(result));
        } catch (SubmissionException failure) {
            List<Problem> problems = new ArrayList<>(refused(failure.done()));
            failure.open()
                    .forEach(batch -> problems.add(new Problem(
                            failure.retryable() ? Problem.Kind.BUSY : Problem.Kind.NOT_CLEARED,
                            "batch " + batch.reference(),
                            Problem.messageOf(failure),
                            failure.retryable())));
            return new Submission(distribution, failure.done(), failure.open(), problems);
        }
    }

    private static List<Problem> refused(BatchResult result) {
        return result.rejected().stream()
                .map(rejected -> new Problem(
                        Problem.Kind.NOT_CLEARED, "item " + rejected.item().spelling(), rejected.reason(), false))
                .toList();
    }
}
