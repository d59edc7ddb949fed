package io.purgewise.cdn;

/**
 * Is the right to drain an outbox, until another instance takes it over.
 *
 * @param owner who holds it, for people to read
 * @param token the fencing token: each new holder has a greater one, and the outbox refuses writes with an older one
 */
public record Lease(String owner, long token) {}
