package io.purgewise.revalidate;

import io.purgewise.PurgewiseException;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.site.BuildId;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether anything of a build is stored. If nothing is, the build ID is wrong, or its build is old and was
 * deleted. The stores are asked once for each build and call. Not thread-safe.
 */
final class BuildPresence {

    private static final System.Logger LOG = System.getLogger(BuildPresence.class.getName());

    private final @Nullable IncrementalCache cache;
    private final @Nullable TagMarker marker;
    private final Map<BuildId, Boolean> absent = new HashMap<>();
    private final Map<BuildId, Boolean> unknownToTable = new HashMap<>();

    BuildPresence(@Nullable IncrementalCache cache, @Nullable TagMarker marker) {
        this.cache = cache;
        this.marker = marker;
    }

    /** Tells whether a build has neither objects nor rows; false where that cannot be found out. */
    boolean isAbsent(BuildId build) {
        return cache != null && absent.computeIfAbsent(build, this::looksAbsent);
    }

    private boolean looksAbsent(BuildId build) {
        try {
            return cache != null && !cache.holds(build) && !known(build).orElse(false);
        } catch (PurgewiseException failure) {
            // Marking meets the same failure, and reports it for each change.
            LOG.log(Level.DEBUG, "whether build " + build + " is there could not be found out", failure);
            return false;
        }
    }

    /**
     * Tells whether the table is the only store that was given, and has no row of a build. Either the build ID is wrong,
     * or all pages of the site are of the Pages Router, of which tables have no rows.
     */
    boolean isUnknownToTheOnlyTable(BuildId build) {
        return cache == null
                && unknownToTable.computeIfAbsent(build, each -> !known(each).orElse(true));
    }

    private Optional<Boolean> known(BuildId build) {
        return marker == null ? Optional.empty() : marker.knows(build);
    }

    static Problem notFound(Change change, BuildId build) {
        return new Problem(
                Problem.Kind.NOT_FOUND,
                change.toString(),
                "nothing is stored of build " + build
                        + ", so nothing was marked or cleared; give the build ID that stands in"
                        + " the deployed site's BUILD_ID, or have it followed (buildIds)",
                false);
    }

    static Problem notInTable(Change change, BuildId build) {
        return new Problem(
                Problem.Kind.NOT_FOUND,
                change.toString(),
                "the tag table knows no page of build " + build
                        + ", so nothing was marked or cleared; check the build ID, or give an"
                        + " IncrementalCache if all pages of the site are of the Pages Router",
                false);
    }
}
