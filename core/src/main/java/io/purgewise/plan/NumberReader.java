package io.purgewise.plan;

import java.nio.ByteBuffer;

/** Reads the variable-length numbers of a {@link IndexSegment}: seven bits a byte, least first. */
final class NumberReader {

    private final ByteBuffer data;

    /** Where the next number, or whatever else the caller expects there, starts. */
    int position;

    NumberReader(ByteBuffer data) {
        this.data = data;
    }

    /**
     * Reads a number and moves behind it.
     *
     * @throws IndexOutOfBoundsException if the data end inside of it
     * @throws ArithmeticException if it has more than 64 bits
     */
    long next() {
        byte b = data.get(position++);
        if (b >= 0) {
            return b;
        }
        long value = b & 0x7f;
        for (int shift = 7; shift < Long.SIZE; shift += 7) {
            b = data.get(position++);
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new ArithmeticException("a number has more than 64 bits");
    }
}
