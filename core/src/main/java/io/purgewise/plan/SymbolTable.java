package io.purgewise.plan;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Holds the pieces of text, called symbols, of which the URLs of a segment are put together, and decodes them.
 *
 * <p>Symbols 0 to 127 are the characters of ASCII, so that any URL can be written. Behind them come pieces of 2 to
 * {@link #MAX_LENGTH} characters that the site's URLs repeat, such as {@code -chair-}. The last symbol is the filler, which is never
 * written: it is the rarest, so its code is the longest one and has ones only, and up to seven ones that fill the last byte of a
 * text are no code.
 *
 * <p>Immutable.
 */
final class SymbolTable {

    /** The symbols of one character. */
    static final int CHARACTERS = 128;

    /** The longest symbol, in bytes: so many are copied at once, whatever the length. */
    static final int MAX_LENGTH = 16;

    /** The most pieces; twice as many saved nothing. */
    static final int MAX_PIECES = 1000;

    /** How many bytes behind the end of the data decoding may look at. */
    static final int LOOK_AHEAD = Long.BYTES;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final List<String> pieces;
    private final PrefixCode code;

    /** The symbols, each at a multiple of the longest length. */
    private final byte[] text;

    /** For the next bits, whatever follows a code: the symbol, its length in bytes (5 bits), the length of its code (4 bits). */
    private final int[] decoded;

    /** The longest code, in bits. */
    private final int window;

    /** The most bytes of text that a byte of codes can give. */
    private final int mostOfAByte;

    SymbolTable(List<String> pieces, PrefixCode code) {
        this.pieces = List.copyOf(pieces);
        this.code = code;
        int filler = CHARACTERS + pieces.size();
        this.text = new byte[MAX_LENGTH * filler + MAX_LENGTH];
        this.window = code.lengths()[filler];
        this.decoded = new int[1 << window];
        int shortest = window;
        for (int symbol = 0; symbol <= filler; symbol++) {
            int length = 1;
            text[MAX_LENGTH * symbol] = (byte) symbol;
            if (symbol >= CHARACTERS && symbol < filler) {
                byte[] piece = pieces.get(symbol - CHARACTERS).getBytes(StandardCharsets.US_ASCII);
                length = piece.length;
                System.arraycopy(piece, 0, text, MAX_LENGTH * symbol, length);
            }
            int bits = code.lengths()[symbol];
            shortest = Math.min(shortest, bits);
            int first = code.codes()[symbol] << (window - bits);
            Arrays.fill(decoded, first, first + (1 << (window - bits)), symbol << 9 | length << 4 | bits);
        }
        this.mostOfAByte = (Byte.SIZE + shortest - 1) / shortest * MAX_LENGTH;
    }

    /**
     * Makes a table.
     *
     * @param pieces the symbols of several characters, ASCII
     * @param frequencies how often each character and each piece occurs
     */
    static SymbolTable of(List<String> pieces, long[] frequencies) {
        long[] withFiller = Arrays.copyOf(frequencies, frequencies.length + 1);
        Arrays.setAll(withFiller, symbol -> 2 * withFiller[symbol] + 2);
        withFiller[frequencies.length] = 1;
        return new SymbolTable(pieces, PrefixCode.of(withFiller));
    }

    /** Makes the table of what is too little to learn from: all characters are alike. */
    static SymbolTable ofCharacters() {
        return of(List.of(), new long[CHARACTERS]);
    }

    List<String> pieces() {
        return pieces;
    }

    PrefixCode code() {
        return code;
    }

    /** Returns how many bytes {@link #decode} may write for so many bytes of codes. */
    long room(int codes) {
        return (long) codes * mostOfAByte + MAX_LENGTH;
    }

    /**
     * Decodes a text behind what is there already.
     *
     * @param data codes, with {@link #LOOK_AHEAD} bytes of anything behind the end
     * @param url what is there, up to {@code length}, and {@link #room} behind it
     * @return the length with the text
     */
    int decode(ByteBuffer data, int from, int to, byte[] url, int length) {
        int end = length;
        long bit = 8L * from;
        long endBit = 8L * to;
        while (bit < endBit) {
            long bits = data.getLong((int) (bit >>> 3)) << (bit & 7);
            long lastSafe = bit + Long.SIZE - 7 - window; // up to there a whole code is among the bits
            do {
                int entry = decoded[(int) (bits >>> (Long.SIZE - window))];
                int codeLength = entry & 15;
                bit += codeLength;
                if (bit > endBit) {
                    return end; // the ones that fill the last byte
                }
                bits <<= codeLength;
                int symbol = MAX_LENGTH * (entry >>> 9);
                LONGS.set(url, end, (long) LONGS.get(text, symbol));
                LONGS.set(url, end + Long.BYTES, (long) LONGS.get(text, symbol + Long.BYTES));
                end += (entry >>> 4) & 31;
            } while (bit <= lastSafe && bit < endBit);
        }
        return end;
    }

    /**
     * Compares a text with a key, without decoding more than that takes.
     *
     * @param data codes, with {@link #LOOK_AHEAD} bytes of anything behind the end
     * @return four times the length of what they have in common, and 0, 1 or 2: the text sorts before the key, is it, or sorts
     *     behind it
     */
    int compare(ByteBuffer data, int from, int to, byte[] key, int keyFrom, int keyTo) {
        int at = keyFrom;
        long bit = 8L * from;
        long endBit = 8L * to;
        while (bit < endBit) {
            long bits = data.getLong((int) (bit >>> 3)) << (bit & 7);
            int entry = decoded[(int) (bits >>> (Long.SIZE - window))];
            bit += entry & 15;
            if (bit > endBit) {
                break; // the ones that fill the last byte
            }
            int symbol = MAX_LENGTH * (entry >>> 9);
            for (int end = symbol + ((entry >>> 4) & 31); symbol < end; symbol++, at++) {
                if (at == keyTo) {
                    return (at - keyFrom) << 2 | 2;
                }
                if (text[symbol] != key[at]) {
                    return (at - keyFrom) << 2 | ((text[symbol] & 0xff) < (key[at] & 0xff) ? 0 : 2);
                }
            }
        }
        return (at - keyFrom) << 2 | (at == keyTo ? 1 : 0);
    }

    /** Writes the table: the number of pieces (2), the length of each code (1), the length (1) and the characters of each piece. */
    byte[] toBytes() {
        int size = Short.BYTES + code.lengths().length;
        for (String piece : pieces) {
            size += 1 + piece.length();
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.putShort((short) pieces.size()).put(code.lengths());
        for (String piece : pieces) {
            out.put((byte) piece.length()).put(piece.getBytes(StandardCharsets.US_ASCII));
        }
        return out.array();
    }

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @throws CorruptUrlIndexException if it is no such thing
     * @throws java.nio.BufferUnderflowException if it ends too early
     */
    static SymbolTable read(ByteBuffer in) {
        int count = in.getShort();
        if (count < 0 || count > MAX_PIECES) {
            throw new CorruptUrlIndexException("a segment claims " + count + " symbols");
        }
        byte[] lengths = new byte[CHARACTERS + count + 1];
        in.get(lengths);
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = in.get();
            if (length < 1 || length > MAX_LENGTH) {
                throw new CorruptUrlIndexException("a segment claims a symbol of " + length + " bytes");
            }
            byte[] piece = new byte[length];
            in.get(piece);
            pieces.add(new String(piece, StandardCharsets.US_ASCII));
        }
        try {
            PrefixCode code = PrefixCode.ofLengths(lengths);
            if (code.codes()[CHARACTERS + count] != (1 << code.longest()) - 1) {
                throw new CorruptUrlIndexException("a segment's filler is not the last of its symbols");
            }
            return new SymbolTable(pieces, code);
        } catch (IllegalArgumentException e) {
            throw new CorruptUrlIndexException("a segment has " + e.getMessage());
        }
    }
}
