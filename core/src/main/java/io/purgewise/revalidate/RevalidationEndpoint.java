package io.purgewise.revalidate;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The port to a site that marks its caches itself when it is asked, such as by a route handler of the app that calls
 * {@code revalidateTag} and {@code revalidatePath} of Next.js. It stands beside or in place of a tag table.
 *
 * <p>A site may run on several servers, each with a cache in its own memory: a change is marked when every one of them has
 * confirmed it. Implementations are thread-safe.
 */
@FunctionalInterface
public interface RevalidationEndpoint {

    /**
     * Has changes marked on every server of the site, and waits for their answers. Asking again is harmless.
     *
     * @param changes what changed; none twice
     * @return for each change that is not marked everywhere the problems that say on which server and why; a change that is not
     *     among the keys is marked
     */
    Map<Change, List<Problem>> mark(Collection<? extends Change> changes);
}
