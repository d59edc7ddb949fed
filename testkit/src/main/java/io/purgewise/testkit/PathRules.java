package io.purgewise.testkit;

import io.purgewise.site.UrlPattern;
import java.util.List;
import java.util.Set;

/** Refuses the batches that CloudFront refuses for their shape (CloudFront Developer Guide; observed errors). */
final class PathRules {

    private static final int MAX_PATH = 4000;
    private static final int MAX_TAG = 256;

    private PathRules() {}

    static void check(List<String> paths, int maxItems, Set<String> rejected) {
        if (paths.isEmpty()) {
            throw new FakeError(400, "InvalidArgument", "Your request must contain at least one invalidation path.");
        }
        if (paths.size() > maxItems) {
            throw new FakeError(413, "BatchTooLarge", "Invalidation batch specified is too large.");
        }
        for (String path : paths) {
            if (rejected.contains(path) || !(path.startsWith("#") ? isTag(path.substring(1)) : isPath(path))) {
                throw FakeError.invalidPath();
            }
        }
    }

    private static boolean isTag(String tag) {
        return !tag.isEmpty() && tag.length() <= MAX_TAG && tag.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ',');
    }

    /** A raw {@code ~} is refused; an encoded one is accepted and clears nothing. */
    private static boolean isPath(String path) {
        return path.startsWith("/")
                && path.length() <= MAX_PATH
                && path.indexOf('~') < 0
                && UrlPattern.encode(path).equals(path);
    }
}
