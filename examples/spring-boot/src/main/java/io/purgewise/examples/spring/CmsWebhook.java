package io.purgewise.examples.spring;

import io.purgewise.PurgewiseException;
import io.purgewise.cdn.EntryKey;
import io.purgewise.cdn.OutboxDrainer;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.IncompleteRevalidationException;
import io.purgewise.revalidate.Problem;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Takes the calls of a CMS: marks what changed, and leaves the CDN to the outbox. */
@RestController
class CmsWebhook {

    /**
     * Is what the CMS sends.
     *
     * @param tags cache tags whose content changed
     * @param paths pages whose content changed
     */
    record ContentChanged(
            @Nullable List<String> tags, @Nullable List<String> paths) {

        List<Change> changes() {
            List<Change> changes = new ArrayList<>();
            if (tags != null) {
                tags.forEach(tag -> changes.add(Change.tag(tag)));
            }
            if (paths != null) {
                paths.forEach(path -> changes.add(Change.path(path)));
            }
            if (changes.isEmpty()) {
                throw new IllegalArgumentException("name at least one of tags and paths");
            }
            return changes;
        }
    }

    /**
     * Is the answer: everything is accepted.
     *
     * @param accepted the IDs under which the changes wait in the outbox
     */
    record Accepted(List<String> accepted) {}

    private static final Logger LOG = LoggerFactory.getLogger(CmsWebhook.class);

    private final Revalidator revalidator;
    private final OutboxDrainer outbox;
    private final byte[] secret;

    CmsWebhook(Revalidator revalidator, OutboxDrainer outbox, PurgewiseProperties properties) {
        this.revalidator = revalidator;
        this.outbox = outbox;
        this.secret = properties.webhookSecret().getBytes(StandardCharsets.UTF_8);
    }

    @PostMapping("/webhooks/cms")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Accepted contentChanged(
            @RequestHeader(name = "X-Webhook-Secret", defaultValue = "") String given, @RequestBody ContentChanged body)
            throws InterruptedException {
        if (!MessageDigest.isEqual(secret, given.getBytes(StandardCharsets.UTF_8))) {
            throw new ResponseStatusException(HttpStatus.UNAUTHORIZED, "X-Webhook-Secret is wrong or missing");
        }
        List<Change> changes = body.changes();
        Receipt receipt = revalidator.accept(changes, outbox).orThrow();
        LOG.info("accepted {}", changes);
        return new Accepted(receipt.accepted().stream().map(EntryKey::id).toList());
    }

    /** Answers what the CMS has to correct. */
    @ExceptionHandler
    ProblemDetail malformed(IllegalArgumentException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
    }

    /** Answers what was not done for a change: a tag that no page carries, or a mark that failed. */
    @ExceptionHandler
    ProblemDetail incomplete(IncompleteRevalidationException e) {
        ProblemDetail answer = ProblemDetail.forStatusAndDetail(
                HttpStatus.UNPROCESSABLE_CONTENT, "not everything was accepted; sending it again does no harm");
        answer.setProperty(
                "problems",
                e.receipt().problems().stream().map(Problem::toString).toList());
        return answer;
    }

    /** Answers that the caches or the outbox cannot be reached; the CMS sends the call again. */
    @ExceptionHandler
    ProblemDetail unavailable(PurgewiseException e) {
        LOG.warn("not accepted", e);
        return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, "not accepted; send it again later");
    }
}
