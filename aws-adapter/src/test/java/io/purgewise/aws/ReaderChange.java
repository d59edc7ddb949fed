package io.purgewise.aws;

import io.purgewise.cache.CacheTag;
import io.purgewise.cache.PathTags;
import io.purgewise.revalidate.Change;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import java.util.List;

/** Is a change as Next.js hands it to OpenNext, by its tags, and as we are told of it. */
record ReaderChange(String name, List<String> tags, Change change) {

    static ReaderChange tag(String tag) {
        return new ReaderChange("tag " + tag, List.of(CacheTag.encodeHeaderSafe(tag)), Change.tag(tag));
    }

    static ReaderChange path(String path) {
        return new ReaderChange(
                "path " + path, PathTags.revalidatePath(path, null), Change.page(Page.of(Router.APP_PAGE, path)));
    }

    static ReaderChange route(String pattern, PathTags.Scope scope) {
        return new ReaderChange(
                "route " + pattern + " " + scope,
                PathTags.revalidatePath(pattern, scope),
                Change.route(pattern, scope));
    }
}
