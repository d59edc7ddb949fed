package io.purgewise.plan;

import java.util.Arrays;
import java.util.List;

/** Cuts texts into those symbols of a {@link SymbolTable} that need the fewest bits, and writes their codes. Not thread-safe. */
final class SymbolEncoder {

    private static final int NONE = Character.MAX_VALUE;
    private static final int WIDTH = SymbolTable.CHARACTERS;

    private final SymbolTable table;
    private final PrefixCode code;

    /** A trie of the pieces: for a node and a character the next node, 0 for none; node 0 is the root. */
    private char[] next = new char[WIDTH];

    /** The symbol that ends at a node. */
    private char[] symbolAt = {NONE};

    private int nodes = 1;

    /** What the last text was cut into. */
    private char[] symbols = new char[256];

    /** For each place in a text: the bits that the rest needs, the symbol with which it starts and where that one ends. */
    private int[] bitsFrom = new int[257];

    private char[] symbolFrom = new char[256];
    private char[] endFrom = new char[256];

    SymbolEncoder(SymbolTable table) {
        this.table = table;
        this.code = table.code();
        List<String> pieces = table.pieces();
        for (int i = 0; i < pieces.size(); i++) {
            add(pieces.get(i), SymbolTable.CHARACTERS + i);
        }
    }

    private void add(String piece, int symbol) {
        int node = 0;
        for (int i = 0; i < piece.length(); i++) {
            int edge = node * WIDTH + piece.charAt(i);
            if (next[edge] == 0) {
                if (nodes * WIDTH == next.length) {
                    next = Arrays.copyOf(next, 2 * next.length);
                    symbolAt = Arrays.copyOf(symbolAt, 2 * symbolAt.length);
                }
                symbolAt[nodes] = NONE;
                next[edge] = (char) nodes++;
            }
            node = next[edge];
        }
        symbolAt[node] = (char) symbol;
    }

    SymbolTable table() {
        return table;
    }

    /** Cuts an ASCII text; returns the number of its symbols, which {@link #symbol} tells then. */
    int cut(byte[] text, int from, int to) {
        int length = to - from;
        if (length > symbols.length) {
            symbols = new char[2 * length];
            symbolFrom = new char[2 * length];
            endFrom = new char[2 * length];
            bitsFrom = new int[2 * length + 1];
        }
        bitsFrom[length] = 0;
        for (int start = length - 1; start >= 0; start--) {
            chooseFrom(text, from, start, length);
        }
        int count = 0;
        for (int at = 0; at < length; at = endFrom[at]) {
            symbols[count++] = symbolFrom[at];
        }
        return count;
    }

    private void chooseFrom(byte[] text, int from, int start, int length) {
        int symbol = text[from + start];
        int end = start + 1;
        int least = code.lengths()[symbol] + bitsFrom[end];
        int node = next[symbol];
        for (int i = start + 1; node != 0 && i < length; ) {
            node = next[node * WIDTH + text[from + i++]];
            int piece = symbolAt[node];
            if (piece != NONE && code.lengths()[piece] + bitsFrom[i] <= least) {
                least = code.lengths()[piece] + bitsFrom[i];
                symbol = piece;
                end = i;
            }
        }
        bitsFrom[start] = least;
        symbolFrom[start] = (char) symbol;
        endFrom[start] = (char) end;
    }

    int symbol(int i) {
        return symbols[i];
    }

    /**
     * Writes the codes of an ASCII text; ones fill the last byte.
     *
     * @param out has room for two bytes for each of the text
     * @return where the codes end
     */
    int encode(byte[] text, int from, int to, byte[] out, int at) {
        int position = at;
        long bits = 0;
        int pending = 0;
        int count = cut(text, from, to);
        for (int i = 0; i < count; i++) {
            int length = code.lengths()[symbols[i]];
            bits = bits << length | code.codes()[symbols[i]];
            pending += length;
            while (pending >= Byte.SIZE) {
                pending -= Byte.SIZE;
                out[position++] = (byte) (bits >>> pending);
            }
        }
        if (pending > 0) {
            int fill = Byte.SIZE - pending;
            out[position++] = (byte) (bits << fill | (1 << fill) - 1);
        }
        return position;
    }
}
