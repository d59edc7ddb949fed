package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.PurgewiseException;

/** Reports an object in the place of an entry that OpenNext could not have written; nothing was changed. */
public final class CorruptEntryException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    /** The object's name. */
    private final String name;

    /**
     * Creates an exception.
     *
     * @param name the object's full name in the store
     * @param why what is wrong with it
     */
    public CorruptEntryException(String name, String why) {
        super("object " + requireNonNull(name, "name") + " is no entry of OpenNext: " + requireNonNull(why, "why")
                + "; delete it or let the site render it anew");
        this.name = name;
    }

    /** {@return the object's full name in the store} */
    public String name() {
        return name;
    }
}
