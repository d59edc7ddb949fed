package io.purgewise.plan;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Walks forward through the URLs of a segment.
 *
 * <p>Seeks must not go back. A seek first scans the rest of the current block, then gallops over the first URLs of the blocks
 * behind it; so many close seeks together cost one pass over the segment, and few far ones the logarithm of the distance.
 * Within a block an entry is compared with the key only where its shared length leaves the answer open.
 */
final class SegmentCursor {

    /** More than what may come to stand behind the longest URL while it is decoded. */
    private static final int MAX_ROOM = 1 << 22;

    private final IndexSegment segment;
    private final ByteBuffer data;
    private byte[] url = new byte[128];
    private byte[] head = new byte[128];
    private int length;
    private long weight;
    private long before;
    private int block = -1;
    private int left; // entries of the block behind the current one
    private final NumberReader in;
    private int shared; // of the current entry with the one before it
    private int codes; // where those of the current entry start
    private int codesEnd;
    private int common; // of the current entry with the key of the last seek
    private boolean weighted;
    private boolean ended;

    SegmentCursor(IndexSegment segment) {
        this.segment = segment;
        this.data = segment.bytes();
        this.in = new NumberReader(data);
    }

    /** Returns the bytes of the current URL, valid up to {@link #length()} and until the cursor moves. */
    byte[] url() {
        return url;
    }

    int length() {
        return length;
    }

    byte[] copy() {
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
    boolean isAt(byte[] key, int from, int to) {
        return !ended && block >= 0 && Arrays.equals(url, 0, length, key, from, to);
    }

    /** Tells whether the cursor stands on the key of the last seek, of this length. */
    boolean isAtKey(int keyLength) {
        return !ended && common == keyLength && length == keyLength;
    }

    /**
     * Moves to the next URL; returns false behind the last one.
     *
     * @throws CorruptUrlIndexException if the entries do not fit the segment
     */
    boolean next() {
        try {
            if (left > 0) {
                readEntry();
                decode();
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
    long seek(byte[] key, int from, int to, boolean past) {
        common = 0; // compares from the start
        return seek(key, from, to, past, 0);
    }

    /**
     * Moves to the first URL that is not before the key, where it is known what the key has in common with the last one.
     *
     * @param past whether URLs that start with the key are before it too
     * @param sharedWithLast the exact length of the longest common prefix of this key and that of the last seek
     * @return the weight of all URLs before that one
     * @throws CorruptUrlIndexException if the entries do not fit the segment
     */
    long seek(byte[] key, int from, int to, boolean past, int sharedWithLast) {
        try {
            moveTo(key, from, to, past, sharedWithLast);
            return before;
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw new CorruptUrlIndexException("its entries do not fit its length");
        }
    }

    private void moveTo(byte[] key, int from, int to, boolean past, int sharedWithLast) {
        int keyLength = to - from;
        if (common > sharedWithLast) {
            common = sharedWithLast; // the URL follows the last key where the two keys part
        } else if (common == sharedWithLast && !ended) {
            common = commonWith(key, from, to, common);
        }
        while (!ended && (block < 0 || isBefore(key, from, keyLength, past))) {
            if (!skipWhatIsBeforeToo(keyLength)) {
                gallop(key, from, to, past);
                common = ended ? 0 : commonWith(key, from, to, 0);
            } else {
                decode();
                if (shared < common) {
                    common = shared; // the URL leaves the key's path upwards: greater than the key
                    break;
                }
                common = commonWith(key, from, to, common);
            }
        }
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

    private int commonWith(byte[] key, int from, int to, int known) {
        int mismatch = Arrays.mismatch(url, known, length, key, from + known, to);
        return mismatch < 0 ? length : known + mismatch;
    }

    private boolean isBefore(byte[] key, int from, int keyLength, boolean past) {
        if (common == keyLength) {
            return past;
        }
        return common == length || (url[common] & 0xff) < (key[from + common] & 0xff);
    }

    /** Goes to the last block behind this one whose first URL is before the key, or to the next block if there is none. */
    private void gallop(byte[] key, int from, int to, boolean past) {
        int blocks = segment.blocks();
        if (block + 1 >= blocks) {
            end();
            return;
        }
        int low = block + 1; // the answer unless a later one is before the key
        int step = 1;
        while (step <= BlockDirectory.STRIDE && low + step < blocks && headIsBefore(low + step, key, from, to, past)) {
            low += step;
            step <<= 1;
        }
        int high = Math.min(low + step, blocks); // not before the key, or the end
        if (step > BlockDirectory.STRIDE) {
            int entry = gallopFar(low / BlockDirectory.STRIDE, key, from, to, past);
            low = Math.max(low, entry * BlockDirectory.STRIDE);
            high = Math.min((entry + 1) * BlockDirectory.STRIDE, blocks);
        }
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (headIsBefore(middle, key, from, to, past)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        enter(low);
    }

    /** Finds the last entry of the directory, from a given one on, that is before the key; the given one if none is. */
    private int gallopFar(int first, byte[] key, int from, int to, boolean past) {
        BlockDirectory directory = segment.directory();
        int low = first;
        int step = 1;
        while (low + step < directory.entries() && directory.isBefore(low + step, key, from, to, past)) {
            low += step;
            step <<= 1;
        }
        int high = (int) Math.min((long) low + step, directory.entries());
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (directory.isBefore(middle, key, from, to, past)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean headIsBefore(int candidate, byte[] key, int from, int to, boolean past) {
        readHead(segment.start(candidate) + 1);
        head = roomFor(head, 0);
        int headLength = segment.table().decode(data, codes, codesEnd, head, 0);
        int mismatch = Arrays.mismatch(head, 0, headLength, key, from, to);
        if (mismatch < 0 || mismatch == to - from) {
            return past;
        }
        return mismatch == headLength || (head[mismatch] & 0xff) < (key[from + mismatch] & 0xff);
    }

    /** Goes to the first URL of a block. */
    void enter(int target) {
        block = target;
        before = segment.weightBefore(target);
        weight = 0;
        length = 0;
        shared = 0;
        in.position = segment.start(target);
        weighted = data.get(in.position++) == IndexSegment.WEIGHTED;
        left = (int) Math.min(IndexSegment.BLOCK, segment.size() - (long) target * IndexSegment.BLOCK);
        readEntry();
        decode();
    }

    /** Reads all of the next entry but its text. */
    private void readEntry() {
        before += weight;
        left--;
        readHead(in.position);
        in.position = codesEnd;
        weight = weighted ? in.next() : 1;
    }

    private void readHead(int at) {
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

    private void decode() {
        url = roomFor(url, shared);
        length = segment.table().decode(data, codes, codesEnd, url, shared);
    }

    /** Makes room for the text of the current entry behind what is there. */
    private byte[] roomFor(byte[] target, int used) {
        long needed = used + segment.table().room(codesEnd - codes);
        if (used < 0 || codesEnd < codes || needed > MAX_ROOM) {
            throw new CorruptUrlIndexException("an entry claims to share " + used + " bytes and to go on for " + needed);
        }
        return needed <= target.length ? target : Arrays.copyOf(target, (int) (2 * needed));
    }

    private void end() {
        ended = true;
        length = 0;
        weight = 0;
        before = segment.weight();
    }
}
