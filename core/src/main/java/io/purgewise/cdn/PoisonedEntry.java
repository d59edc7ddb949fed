package io.purgewise.cdn;

/**
 * Is a change, or a part of one, that was set aside because nothing can be done with it.
 *
 * @param id the entry's ID
 * @param reason what is wrong with it: unreadable, or refused by the CDN, with the item
 */
public record PoisonedEntry(String id, String reason) {}
