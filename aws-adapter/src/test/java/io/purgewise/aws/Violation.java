package io.purgewise.aws;

/** Says that something happened in a simulation that must never happen. Product code catches no error, so none hides it. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    Violation(String message) {
        super(message);
    }
}
