package io.purgewise.spring;

import java.util.Objects;

/** Reports that something is not set without which the service cannot start. */
public final class MissingSettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** What to do. */
    private final String action;

    /**
     * Creates an exception.
     *
     * @param missing what is not set, such as {@code purgewise.bucket is not set}
     * @param action what to do, such as {@code set it to the name of OpenNext's bucket}
     */
    public MissingSettingException(String missing, String action) {
        super(Objects.requireNonNull(missing, "missing") + ": " + Objects.requireNonNull(action, "action"));
        this.action = action;
    }

    /** {@return what to do} */
    public String action() {
        return action;
    }
}
