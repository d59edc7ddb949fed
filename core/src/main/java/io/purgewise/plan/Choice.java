package io.purgewise.plan;

/**
 * Is one way through the trie.
 *
 * @param totals what it has
 * @param units its items in order: a leaf as its number, a node's wildcard as the complement of its number
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Choice(Totals totals, int[] units) {}
