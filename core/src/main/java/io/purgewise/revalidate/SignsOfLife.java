package io.purgewise.revalidate;

/**
 * Shows signs of life between the steps of a long call. What showing one throws, as that a lease is lost, ends the whole call, and
 * must not pass for the failure of the change at hand. Used by one thread, once.
 */
final class SignsOfLife {

    private final Runnable alive;
    private boolean over;

    SignsOfLife(Runnable alive) {
        this.alive = alive;
    }

    void show() {
        over = true;
        alive.run();
        over = false;
    }

    /** Tells whether the last sign could not be shown, so that the call is to end. */
    boolean over() {
        return over;
    }
}
