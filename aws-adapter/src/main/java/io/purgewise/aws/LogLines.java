package io.purgewise.aws;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a file into lines without making a text of each. A line that never ends is passed over, and said to be {@link #isTooLong too
 * long}. Used by one thread.
 */
final class LogLines {

    /** Longer than any line of a log, whose URLs have 8,192 bytes and whose headers 20 KB at the most. */
    private static final int LONGEST = 1 << 18;

    private final InputStream in;
    private byte[] bytes = new byte[1 << 16];
    private int start;
    private int end;
    private int filled;
    private long number;
    private boolean tooLong;
    private boolean over;

    LogLines(InputStream in) {
        this.in = in;
    }

    /** Goes on to the next line; false after the last one. */
    boolean next() throws IOException {
        start = number == 0 ? 0 : end + 1;
        tooLong = false;
        int searched = start;
        while (true) {
            for (int i = searched; i < filled; i++) {
                if (bytes[i] == '\n') {
                    return line(i);
                }
            }
            searched = filled;
            if (over) {
                return (start < filled || tooLong) && line(filled);
            }
            if (searched - start > LONGEST) {
                tooLong = true;
                start = searched;
            }
            searched -= makeSpace();
            int read = in.read(bytes, filled, bytes.length - filled);
            over = read < 0;
            filled += Math.max(0, read);
        }
    }

    private boolean line(int at) {
        end = at;
        number++;
        return true;
    }

    /** Moves the begun line to the front, or makes the buffer larger; returns by how much it was moved. */
    private int makeSpace() {
        if (filled < bytes.length) {
            return 0;
        }
        int moved = start;
        if (moved == 0) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        } else {
            System.arraycopy(bytes, start, bytes, 0, filled - start);
            filled -= moved;
            start = 0;
        }
        return moved;
    }

    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    /** Returns where the line ends, without a carriage return. */
    int end() {
        return end > start && bytes[end - 1] == '\r' ? end - 1 : end;
    }

    long number() {
        return number;
    }

    boolean isTooLong() {
        return tooLong;
    }
}
