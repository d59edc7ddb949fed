package io.purgewise.aws;

import io.purgewise.cache.ObjectKeys;
import io.purgewise.cache.StoredEntry;
import io.purgewise.site.BuildId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
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

    private static final String PAGE = ".cache";

    /** A name below a build: segments with something in them, the last with the extension of pages or 'use cache' entries. */
    private static final Pattern ENTRY = Pattern.compile("([^/]+/)*[^/]+(\\.cache|\\.composable)", Pattern.DOTALL);

    /** The start of route-scoped keys, which stands right behind the build ID and nowhere else. */
    private static final Pattern ROUTE_SCOPE =
            Pattern.compile("route-cache/(PAGES|APP_PAGE|APP_ROUTE)/[0-9a-f]{64}/\\$/");

    private static final Pattern NESTED_SCOPE = Pattern.compile("/" + ROUTE_SCOPE);

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

    /** Lists the folders that surely are builds, each judged by its first 1,000 objects. */
    static List<OldBuilds.Leftover> sureOnes(S3Client client, String bucket, ObjectKeys keys) {
        return CacheErrors.calling("listing " + keys.root() + " in bucket", bucket, () -> {
            List<OldBuilds.Leftover> builds = new ArrayList<>();
            for (CommonPrefix found : client.listObjectsV2Paginator(
                            list -> list.bucket(bucket).prefix(keys.root()).delimiter("/"))
                    .commonPrefixes()) {
                String path = found.prefix();
                BuildFolder folder =
                        new BuildFolder(keys, path.substring(keys.root().length(), path.length() - 1));
                client.listObjectsV2(list -> list.bucket(bucket).prefix(path))
                        .contents()
                        .forEach(folder::add);
                if (folder.doubt(name -> false).isEmpty()) {
                    builds.add(folder.leftover());
                }
            }
            return builds;
        });
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
        if (keys.parse(id, key) instanceof StoredEntry.FetchEntry) {
            evident = true;
            return;
        }
        // Not only pages: _not-found, the shells of routes and 'use cache' entries have no URL and belong to a build as
        // well.
        String below =
                key.startsWith(keys.pages(id)) ? key.substring(keys.pages(id).length()) : "";
        boolean scoped = ROUTE_SCOPE.matcher(below).lookingAt();
        boolean nested = !scoped && NESTED_SCOPE.matcher(below).find();
        if (!ENTRY.matcher(below).matches() || nested) {
            foreign = key;
        }
        evident |= scoped || (below.endsWith(PAGE) && below.indexOf('/') < 0);
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
