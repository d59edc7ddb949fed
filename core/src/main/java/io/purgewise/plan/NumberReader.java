package io.purgewise.plan;

/** Reads the variable-length numbers of a {@link IndexSegment}: seven bits a byte, least first. */
final class NumberReader {

    private final byte[] data;

    /** Where the next number, or whatever else the caller expects there, starts. */
    int position;

    NumberReader(byte[] data) {
        this.data = data;
    }

    /**
     * Reads a number and moves behind it.
     *
     * @throws IndexOutOfBoundsException if the data end inside of it
     * @throws ArithmeticException if it has more than 64 bits
     */
    long next() {
        byte b = data[position++];
        if (b >= 0) {
            return b;
        }
        long value = b & 0x7f;
        for (int shift = 7; shift < Long.SIZE; shift += 7) {
            b = data[position++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new ArithmeticException("a number has more than 64 bits");
    }
}
