package io.purgewise.cdn;

/**
 * Reports a refusal that has no class of its own; nothing was accepted.
 */
public final class RefusedException extends CdnException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception from the CDN's answer.
     *
     * @param answer what the CDN said
     */
    public RefusedException(Answer answer) {
        super(answer, "see the code and the text");
    }
}
