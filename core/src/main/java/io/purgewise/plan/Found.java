package io.purgewise.plan;

/**
 * Is the answer of a search.
 *
 * @param choice the best way found
 * @param gap by how much its objective may exceed the least one, in micro-dollars
 */
record Found(Choice choice, long gap) {}
