package io.purgewise.plan;

/**
 * Counts what a plan has.
 *
 * @param items how many items
 * @param wildcards how many of them are wildcards
 * @param collateral weight cleared although no pattern asks for it
 */
record Totals(int items, int wildcards, long collateral) {}
