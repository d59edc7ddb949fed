package io.purgewise.cache;

import java.util.ArrayDeque;
import java.util.Deque;

/** Joins and normalises paths as Node.js's {@code path.posix} does, which OpenNext builds its keys with. */
final class PosixPath {

    private PosixPath() {}

    /** Mirrors {@code path.posix.join(first, second)}: empty parts are left out, the rest is normalised. */
    static String join(String first, String second) {
        String joined = first.isEmpty() ? second : second.isEmpty() ? first : first + "/" + second;
        return joined.isEmpty() ? "." : normalize(joined);
    }

    /** Mirrors {@code path.posix.normalize}: slashes collapsed, dot segments resolved, a trailing slash kept. */
    static String normalize(String path) {
        if (path.isEmpty()) {
            return ".";
        }
        boolean absolute = path.startsWith("/");
        Deque<String> kept = new ArrayDeque<>();
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".")) {
                continue;
            }
            if (!segment.equals("..")) {
                kept.addLast(segment);
            } else if (!kept.isEmpty() && !kept.getLast().equals("..")) {
                kept.removeLast();
            } else if (!absolute) {
                kept.addLast(segment);
            }
        }
        String body = String.join("/", kept);
        boolean trailing = path.endsWith("/");
        if (body.isEmpty()) {
            return absolute ? "/" : trailing ? "./" : ".";
        }
        return (absolute ? "/" : "") + body + (trailing ? "/" : "");
    }
}
