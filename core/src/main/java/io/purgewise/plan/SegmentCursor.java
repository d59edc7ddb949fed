package io.purgewise.plan;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Walks forward through the URLs of a segment.
 *
 * <p>Seeks must not go back. A seek first scans the rest of the current block, then gallops over the first URLs of the blocks
 * behind it; so many close seeks together cost one pass over the segment, and few far ones the logarithm of the distance.
 * Within a block an entry is compared with the key only where its shared length leaves the answer open, and decoded only as far as
 * the comparison needs; the URL where a seek ends is decoded when it is asked for.
 */
final class SegmentCursor {

    /** More than what may come to stand behind the longest URL while it is decoded. */
    private static final int MAX_ROOM = 1 << 22;

    private final IndexSegment segment;
    private final ByteBuffer data;
    private final NumberReader in;
    private int block = -1;
    private int left; // entries of the block behind the current one
    private boolean weighted;
    private boolean ended;

    // The current entry.
    private int shared; // with the one before it
    private int codes; // where those of the rest start
    private int codesEnd;
    private long weight;
    private long before;

    // Its URL: decoded already, or the start of a key with the rest of the entry behind it.
    private byte[] url = new byte[128];
    private int length;
    private boolean isDecoded = true;
    private byte @Nullable [] key;
    private int keyFrom;

    // What it has in common with the key of the last seek, and where it sorts: before (negative), at or behind it.
    private int common;
    private int order;

    SegmentCursor(IndexSegment segment) {
        this.segment = segment;
        this.data = segment.bytes();
        this.in = new NumberReader(data);
    }

    /** Returns the bytes of the current URL, valid up to {@link #length()} and until the cursor moves. */
    byte[] url() {
        decode();
        return url;
    }

    int length() {
        decode();
        return length;
    }

    byte[] copy() {
        decode();
        return Arrays.copyOf(url, length);
    }

    long weight() {
        return weight;
    }

    /** Returns how many bytes the current URL is said to share with the one before it. */
    int shared() {
        return shared;
    }

    /** Returns where the current entry ends. */
    int position() {
        return in.position;
    }

    /** Tells whether the cursor stands on this URL. */
    boolean isAt(byte[] text, int from, int to) {
        return !ended && block >= 0 && Arrays.equals(url(), 0, length, text, from, to);
    }

    /** Tells whether the cursor stands on the key of the last seek. */
    boolean isAtKey() {
        return !ended && order == 0;
    }

    /**
     * Moves to the next URL; returns false behind the last one.
     *
     * @throws CorruptUrlIndexException if the entries do not fit the segment
     */
    boolean next() {
        decode();
        try {
            if (left > 0) {
                readEntry();
                isDecoded = false;
                key = null;
            } else if (block + 1 < segment.blocks()) {
                enter(block + 1);
            } else {
                end();
            }
            return !ended;
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw new CorruptUrlIndexException("its entries do not fit its length");
        }
    }

    /**
     * Moves to the first URL that is not before the key.
     *
     * @param past whether URLs that start with the key are before it too
     * @return the weight of all URLs before that one
     */
    long seek(byte[] text, int from, int to, boolean past) {
        common = 0; // compares from the start
        return seek(text, from, to, past, 0);
    }

    /**
     * Moves to the first URL that is not before the key, where it is known what the key has in common with the last one.
     *
     * @param text holds the key; must stay as it is until the cursor moves again
     * @param past whether URLs that start with the key are before it too
     * @param sharedWithLast the exact length of the longest common prefix of this key and that of the last seek
     * @return the weight of all URLs before that one
     * @throws CorruptUrlIndexException if the entries do not fit the segment
     */
    long seek(byte[] text, int from, int to, boolean past, int sharedWithLast) {
        try {
            moveTo(text, from, to, past, sharedWithLast);
            return before;
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw new CorruptUrlIndexException("its entries do not fit its length");
        }
    }

    private void moveTo(byte[] text, int from, int to, boolean past, int sharedWithLast) {
        if (common > sharedWithLast) {
            common = sharedWithLast; // the URL follows the last key where the two keys part
            order = sharedWithLast == to - from ? 1 : -1;
        } else if (common == sharedWithLast && !ended && block >= 0) {
            compareUrl(text, from, to, common);
        }
        while (!ended && (block < 0 || (common == to - from ? past : order < 0))) {
            if (!skipWhatIsBeforeToo(to - from)) {
                gallop(text, from, to, past);
            } else {
                isDecoded = false;
                key = text;
                keyFrom = from;
                if (shared < common) {
                    common = shared; // the URL leaves the key's path upwards
                    order = 1;
                } else {
                    int compared = segment.table().compare(data, codes, codesEnd, text, from + common, to);
                    common += compared >>> 2;
                    order = (compared & 3) - 1;
                }
            }
        }
    }

    /** Compares the current URL with a key of which it has so much in common. */
    private void compareUrl(byte[] text, int from, int to, int known) {
        decode();
        int mismatch = Arrays.mismatch(url, known, length, text, from + known, to);
        common = mismatch < 0 ? length : known + mismatch;
        order = Arrays.compareUnsigned(url, common, length, text, from + common, to);
    }

    /**
     * Goes on to the next entry of the block whose shared length leaves open whether it is before the key, as the current one is;
     * what is skipped need not be decoded, since nothing behind it shares more with it than the current one has in common with the
     * key.
     *
     * @return whether there is one
     */
    private boolean skipWhatIsBeforeToo(int keyLength) {
        while (left > 0) {
            readEntry();
            if (shared < common || (shared == common && common < keyLength)) {
                return true;
            }
        }
        return false;
    }

    /** Goes to the last block behind this one whose first URL is before the key, or to the next block if there is none. */
    private void gallop(byte[] text, int from, int to, boolean past) {
        int blocks = segment.blocks();
        if (block + 1 >= blocks) {
            end();
            return;
        }
        int low = block + 1; // the answer unless a later one is before the key
        int step = 1;
        while (step <= BlockDirectory.STRIDE && low + step < blocks && headIsBefore(low + step, text, from, to, past)) {
            low += step;
            step <<= 1;
        }
        int high = Math.min(low + step, blocks); // not before the key, or the end
        if (step > BlockDirectory.STRIDE) {
            int entry = gallopFar(low / BlockDirectory.STRIDE, text, from, to, past);
            low = Math.max(low, entry * BlockDirectory.STRIDE);
            high = Math.min((entry + 1) * BlockDirectory.STRIDE, blocks);
        }
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (headIsBefore(middle, text, from, to, past)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        enter(low);
        compareUrl(text, from, to, 0);
    }

    /** Finds the last entry of the directory, from a given one on, that is before the key; the given one if none is. */
    private int gallopFar(int first, byte[] text, int from, int to, boolean past) {
        BlockDirectory directory = segment.directory();
        int low = first;
        int step = 1;
        while (low + step < directory.entries() && directory.isBefore(low + step, text, from, to, past)) {
            low += step;
            step <<= 1;
        }
        int high = (int) Math.min((long) low + step, directory.entries());
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (directory.isBefore(middle, text, from, to, past)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean headIsBefore(int candidate, byte[] text, int from, int to, boolean past) {
        readLengths(segment.start(candidate) + 1); // behind the flag
        int compared = segment.table().compare(data, codes, codesEnd, text, from, to);
        return compared >>> 2 == to - from ? past : (compared & 3) == 0;
    }

    /** Goes to the first URL of a block. */
    void enter(int target) {
        block = target;
        before = segment.weightBefore(target);
        weight = 0;
        shared = 0;
        in.position = segment.start(target);
        weighted = data.get(in.position++) == IndexSegment.WEIGHTED;
        left = (int) Math.min(IndexSegment.BLOCK, segment.size() - (long) target * IndexSegment.BLOCK);
        readEntry();
        isDecoded = false;
        key = null;
    }

    /** Reads all of the next entry but its text. */
    private void readEntry() {
        before += weight;
        left--;
        readLengths(in.position);
        in.position = codesEnd;
        weight = weighted ? in.next() : 1;
    }

    private void readLengths(int at) {
        int lengths = data.get(at);
        in.position = at + 1;
        int more = lengths & IndexSegment.ESCAPE;
        shared = more == IndexSegment.ESCAPE ? (int) in.next() : shared + more - IndexSegment.SHARED_BIAS;
        int bytes = lengths >>> 4 & IndexSegment.ESCAPE;
        if (bytes == IndexSegment.ESCAPE) {
            bytes += (int) in.next();
        }
        codes = in.position;
        codesEnd = codes + bytes;
    }

    /** Decodes the current URL, if that was not done yet: behind the URL before it, or behind the key that it shares as much with. */
    private void decode() {
        if (isDecoded) {
            return;
        }
        long needed = shared + segment.table().room(codesEnd - codes);
        if (shared < 0 || codesEnd < codes || needed > MAX_ROOM) {
            throw new CorruptUrlIndexException(
                    "an entry claims to share " + shared + " bytes and to go on for " + needed);
        }
        if (needed > url.length) {
            url = Arrays.copyOf(url, (int) (2 * needed));
        }
        try {
            byte[] start = key;
            if (start != null) {
                System.arraycopy(start, keyFrom, url, 0, shared);
            }
            length = segment.table().decode(data, codes, codesEnd, url, shared);
        } catch (IndexOutOfBoundsException e) {
            throw new CorruptUrlIndexException("its entries do not fit its length");
        }
        isDecoded = true;
    }

    private void end() {
        ended = true;
        isDecoded = true;
        common = 0;
        length = 0;
        weight = 0;
        before = segment.weight();
    }
}
