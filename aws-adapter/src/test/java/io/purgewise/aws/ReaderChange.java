package io.purgewise.aws;

import io.purgewise.cache.CacheTag;
import io.purgewise.cache.Marking;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.TagMarker;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import java.time.Instant;
import java.util.List;

/** Is a change as Next.js hands it to OpenNext, by its tags, and as our marker is told of it. */
record ReaderChange(String name, List<String> tags, Mark mark) {

    /** Marks the change. */
    interface Mark {
        Marking by(TagMarker marker, BuildId build, Instant now);
    }

    static ReaderChange tag(String tag) {
        return new ReaderChange(
                "tag " + tag,
                List.of(CacheTag.encodeHeaderSafe(tag)),
                (marker, build, now) -> marker.mark(build, CacheTag.of(tag), List.of(), () -> now));
    }

    static ReaderChange path(String path) {
        return new ReaderChange(
                "path " + path,
                PathTags.revalidatePath(path, null),
                (marker, build, now) -> marker.mark(build, Page.of(Router.APP_PAGE, path), List.of(), () -> now));
    }

    static ReaderChange route(String pattern, PathTags.Scope scope) {
        return new ReaderChange(
                "route " + pattern + " " + scope,
                PathTags.revalidatePath(pattern, scope),
                (marker, build, now) -> marker.mark(build, pattern, scope, List.of(), () -> now));
    }
}
