package io.purgewise.revalidate;

import io.purgewise.cache.BuildIds;
import io.purgewise.site.Site;

/**
 * Holds what belongs to one call and is shared by its changes. Not thread-safe.
 *
 * @param site the site as it is deployed now
 * @param live the live builds
 * @param dates gives marks their dates
 * @param indexes the tag indexes, each read once
 * @param cdnTags the CDN's tags
 * @param presence tells of which builds anything is stored
 * @param life shows signs of life
 */
record MarkingCall(
        Site site,
        BuildIds.Live live,
        MarkDates dates,
        LiveIndexes indexes,
        TagsAtCdn cdnTags,
        BuildPresence presence,
        SignsOfLife life) {}
