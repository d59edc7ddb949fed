package io.purgewise.cdn;

/**
 * Reports that the CDN could not answer a question; nothing was changed.
 *
 * <p>CloudFront: a 5xx status or no answer at all while reading. A submission reports {@link UnknownOutcomeException}.
 */
public final class UnavailableException extends CdnException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception from the CDN's answer.
     *
     * @param answer what the CDN said
     */
    public UnavailableException(Answer answer) {
        super(answer, "ask again later");
    }
}
