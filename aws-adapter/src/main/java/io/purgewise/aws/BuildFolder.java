package io.purgewise.aws;

import io.purgewise.cache.ObjectKeys;
import io.purgewise.cache.StoredEntry;
import io.purgewise.site.BuildId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Judges a folder below the cache prefix by the keys of its objects: is it surely a build of this site, or may it be anything
 * else, such as the folder of another site whose prefix lies below this one's.
 *
 * <p>A build is sure if all its objects have keys that OpenNext writes and something shows that the folder's own name is the
 * build ID: a page right in the folder (every build has {@code index}, {@code _not-found} or {@code 404} there), a
 * route-scoped key, a stored fetch or a row of the tag table. This class is not thread-safe.
 */
final class BuildFolder {

    /** Folders of OpenNext's own beside those of builds. */
    private static final Set<String> RESERVED = Set.of("__fetch", "route-cache");

    /** The start of route-scoped keys, which stands right behind the build ID and nowhere else. */
    private static final Pattern ROUTE_SCOPE =
            Pattern.compile("/route-cache/(PAGES|APP_PAGE|APP_ROUTE)/[0-9a-f]{64}/\\$/");

    /** A 'use cache' entry (OpenNext 3.6.0 and newer). */
    private static final String COMPOSABLE = ".composable";

    private final ObjectKeys keys;
    private final String name;
    private final @Nullable BuildId build;
    private boolean evident;
    private @Nullable String foreign;
    private long objects;
    private long bytes;
    private Instant deployedAt = Instant.MAX;

    BuildFolder(ObjectKeys keys, String name) {
        this.keys = keys;
        this.name = name;
        this.build = RESERVED.contains(name) ? null : parsed(name);
    }

    /** Takes a folder name for a build ID; null if it cannot be one. */
    private static @Nullable BuildId parsed(String name) {
        try {
            return BuildId.of(name);
        } catch (IllegalArgumentException notABuild) {
            return null;
        }
    }

    void add(S3Object object) {
        objects++;
        bytes += object.size();
        if (object.lastModified().isBefore(deployedAt)) {
            deployedAt = object.lastModified();
        }
        if (build != null && foreign == null) {
            judge(build, object.key());
        }
    }

    private void judge(BuildId id, String key) {
        StoredEntry entry = keys.parse(id, key);
        if (entry instanceof StoredEntry.FetchEntry) {
            evident = true;
            return;
        }
        boolean page = entry instanceof StoredEntry.PageEntry;
        boolean composable = key.startsWith(keys.pages(id)) && key.endsWith(COMPOSABLE);
        String below = "/" + (page || composable ? key.substring(keys.pages(id).length()) : "");
        boolean scoped = ROUTE_SCOPE.matcher(below).lookingAt();
        if ((!page && !composable) || (!scoped && ROUTE_SCOPE.matcher(below).find())) {
            foreign = key;
        }
        evident |= scoped || (page && below.indexOf('/', 1) < 0);
    }

    /**
     * Says why the folder may be no build of this site; empty if it surely is one.
     *
     * @param hasRows tells whether the tag table has rows of a build
     */
    Optional<String> doubt(Predicate<String> hasRows) {
        if (RESERVED.contains(name)) {
            return Optional.of("the name is OpenNext's own");
        }
        if (build == null) {
            return Optional.of("the name is no build ID");
        }
        if (foreign != null) {
            return Optional.of("it holds " + Excerpt.of(foreign) + ", which is no cache entry of a build " + name);
        }
        return objects > 0 && (evident || hasRows.test(name))
                ? Optional.empty()
                : Optional.of("no page lies right in it, and it has neither fetches nor rows: it may be another site's"
                        + " prefix");
    }

    OldBuilds.Leftover leftover() {
        return new OldBuilds.Leftover(BuildId.of(name), deployedAt, objects, bytes);
    }

    OldBuilds.Doubtful doubtful(String why) {
        return new OldBuilds.Doubtful(name, why, objects, bytes);
    }
}
