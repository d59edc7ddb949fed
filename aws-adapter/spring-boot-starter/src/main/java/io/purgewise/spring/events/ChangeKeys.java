package io.purgewise.spring.events;

import io.purgewise.revalidate.Change;
import java.util.function.Supplier;
import org.springframework.context.event.EventListener;

/**
 * Gives each published change a key, at once and in the transaction that publishes it.
 *
 * <p>Without a key, equal changes are one and the same to Spring Modulith's registry, which crosses publications out by what they say:
 * the delivery of one could cross out another, which was then lost with the process.
 */
class ChangeKeys {

    private final Supplier<String> keys;

    ChangeKeys(Supplier<String> keys) {
        this.keys = keys;
    }

    /** Publishes a change anew under a key that no other has; Spring publishes what a listener returns. */
    @EventListener
    public KeyedChange on(Change change) {
        return new KeyedChange(keys.get(), change);
    }
}
