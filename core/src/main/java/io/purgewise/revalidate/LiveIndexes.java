package io.purgewise.revalidate;

import io.purgewise.cache.TagIndex;
import io.purgewise.internal.Interrupts;
import io.purgewise.site.BuildId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Asks for the tag index of each build once in a call, and remembers a failure as well as an answer. Not thread-safe. */
final class LiveIndexes {

    private static final System.Logger LOG = System.getLogger(LiveIndexes.class.getName());

    private final Function<BuildId, TagIndex> source;
    private final Map<BuildId, TagIndex> found = new HashMap<>();
    private final Map<BuildId, Exception> failed = new HashMap<>();

    LiveIndexes(Function<BuildId, TagIndex> source) {
        this.source = source;
    }

    /** Returns the index of a build; an empty one if it cannot be had, and {@link #failure} then says why. */
    TagIndex of(BuildId build) {
        if (!failed.containsKey(build)) {
            try {
                return found.computeIfAbsent(build, source);
            } catch (Exception failure) {
                Interrupts.keep(failure);
                // The changes are marked all the same; what is not known of their pages is a problem of each of them.
                LOG.log(Problem.levelOf(failure), "the tag index of build " + build + " could not be read", failure);
                failed.put(build, failure);
            }
        }
        return TagIndex.empty(build);
    }

    /** Returns why the index of a build could not be had when it was asked for. */
    Optional<Exception> failure(BuildId build) {
        return Optional.ofNullable(failed.get(build));
    }
}
