package io.purgewise.internal;

import java.util.Objects;

/**
 * Keeps the interrupt of a thread where an exception is not passed on. Ports in languages without checked exceptions, such as
 * Kotlin, throw an {@link InterruptedException} that their signature does not name, so whatever calls a port catches every
 * {@link Exception}.
 */
public final class Interrupts {

    private Interrupts() {}

    /**
     * Interrupts the thread again if it was an interrupt that ended a call.
     *
     * @param caught what was caught and is not passed on
     */
    public static void keep(Throwable caught) {
        if (Objects.requireNonNull(caught, "caught") instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
    }
}
