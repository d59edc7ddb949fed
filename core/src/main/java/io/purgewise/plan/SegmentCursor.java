package io.purgewise.plan;

import java.util.Arrays;

/**
 * Walks forward through the URLs of a segment.
 *
 * <p>Seeks must not go back. A seek first scans the rest of the current block, then gallops over the first URLs of the blocks
 * behind it; so many close seeks together cost one pass over the segment, and few far ones the logarithm of the distance.
 * Within a block an entry is compared with the key only where its shared length leaves the answer open.
 */
final class SegmentCursor {

    private final IndexSegment segment;
    private final byte[] data;
    private byte[] url = new byte[128];
    private int length;
    private long weight;
    private long before;
    private int block = -1;
    private int left; // entries of the block behind the current one
    private final NumberReader in;
    private int shared; // of the current entry with the one before it
    private int common; // of the current entry with the key of the last seek
    private boolean weighted;
    private boolean ended;

    SegmentCursor(IndexSegment segment) {
        this.segment = segment;
        this.data = segment.data();
        this.in = new NumberReader(data);
    }

    /** Returns the bytes of the current URL, valid up to {@link #length()} and until the cursor moves. */
    byte[] url() {
        return url;
    }

    int length() {
        return length;
    }

    long weight() {
        return weight;
    }

    /** Tells whether the cursor stands on this URL. */
    boolean isAt(byte[] key, int from, int to) {
        return !ended && block >= 0 && Arrays.equals(url, 0, length, key, from, to);
    }

    /** Tells whether the cursor stands on the key of the last seek, of this length. */
    boolean isAtKey(int keyLength) {
        return !ended && common == keyLength && length == keyLength;
    }

    /** Moves to the next URL; returns false behind the last one. */
    boolean next() {
        if (ended) {
            return false;
        }
        if (left > 0) {
            readEntry();
        } else if (block + 1 < segment.blocks()) {
            enter(block + 1);
        } else {
            end();
        }
        return !ended;
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
     */
    long seek(byte[] key, int from, int to, boolean past, int sharedWithLast) {
        int keyLength = to - from;
        if (common > sharedWithLast) {
            common = sharedWithLast; // the URL follows the last key where the two keys part
        } else if (common == sharedWithLast && !ended) {
            common = commonWith(key, from, to, common);
        }
        while (!ended && (block < 0 || isBefore(key, from, keyLength, past))) {
            if (left == 0) {
                gallop(key, from, to, past);
                common = ended ? 0 : commonWith(key, from, to, 0);
                continue;
            }
            readEntry();
            if (shared < common) {
                common = shared; // the URL leaves the key's path upwards: greater than the key
                break;
            }
            if (shared == common && common < keyLength) {
                common = commonWith(key, from, to, common);
            }
        }
        return before;
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
        in.position = segment.blockStart()[candidate] + 2; // behind the flag and the shared length of 0
        int headLength = (int) in.next();
        int position = in.position;
        int mismatch = Arrays.mismatch(data, position, position + headLength, key, from, to);
        if (mismatch < 0 || mismatch == to - from) {
            return past;
        }
        return mismatch == headLength || (data[position + mismatch] & 0xff) < (key[from + mismatch] & 0xff);
    }

    private void enter(int target) {
        block = target;
        before = segment.weightBefore()[target];
        weight = 0;
        length = 0;
        in.position = segment.blockStart()[target];
        weighted = data[in.position++] == IndexSegment.WEIGHTED;
        left = (int) Math.min(IndexSegment.BLOCK, segment.size() - (long) target * IndexSegment.BLOCK);
        readEntry();
    }

    private void readEntry() {
        before += weight;
        left--;
        shared = (int) in.next();
        int rest = (int) in.next();
        length = shared + rest;
        if (length > url.length) {
            url = Arrays.copyOf(url, 2 * length);
        }
        System.arraycopy(data, in.position, url, shared, rest);
        in.position += rest;
        weight = weighted ? in.next() : 1;
    }

    private void end() {
        ended = true;
        length = 0;
        weight = 0;
        before = segment.weight();
    }
}
