package io.purgewise.internal;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Tells listeners of an event, one after the other, and survives what they throw: it is logged, and the others are told.
 *
 * <p>Instances are immutable and thread-safe.
 *
 * @param <L> the kind of listener
 */
public final class Listeners<L> {

    private static final System.Logger LOG = System.getLogger(Listeners.class.getName());

    private final List<L> all;

    /**
     * Creates a group of listeners.
     *
     * @param all whom to tell, in this order; may be empty
     */
    public Listeners(List<L> all) {
        Objects.requireNonNull(all, "all");
        this.all = List.copyOf(all);
    }

    /**
     * Tells every listener.
     *
     * @param event calls the listener's method
     */
    public void tell(Consumer<L> event) {
        Objects.requireNonNull(event, "event");
        for (L listener : all) {
            try {
                event.accept(listener);
            } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
                Interrupts.keep(e);
                LOG.log(Level.WARNING, "a listener failed, which changes nothing: " + listener.getClass(), e);
            }
        }
    }
}
