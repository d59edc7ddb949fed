package io.purgewise.plan;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Learns which pieces of text a site's URLs repeat.
 *
 * <p>As in FSST (Boncz, Neumann, Leis: "Fast Static Symbol Table compression", 2020): a sample is cut into the symbols known so far,
 * and the symbols and pairs of neighbours that save most become the next table, some times over. There each symbol is a byte, and
 * what is saved are bytes; here codes differ in length, and what is saved are the bits by which a piece's code is shorter than the
 * codes of its characters: digits and hashes, which do not repeat, need no pieces.
 */
final class SymbolTraining {

    /** So many entries are enough: twice as many saved less than a hundredth. */
    static final int SAMPLE = 1 << 15;

    /** With fewer entries a table costs more, in time and bytes, than it saves. */
    private static final int FEW = 1 << 10;

    /** With fewer entries the table of another segment of the same site does. */
    private static final int MANY = 1 << 15;

    private static final int ROUNDS = 6;
    private static final double LOG_2 = Math.log(2);

    private byte[] text = new byte[1 << 12];
    private int size;
    private int[] end = new int[256];
    private int count;

    /**
     * Makes the encoder that suits the URLs of some segments.
     *
     * @param similar segments of the same site, whose tables will do if there are not many URLs
     */
    static SymbolEncoder encoderFor(Collection<IndexSegment> segments, Collection<IndexSegment> similar) {
        long size = sizeOf(segments);
        if (size < FEW) {
            return new SymbolEncoder(SymbolTable.ofCharacters());
        }
        if (size < MANY && sizeOf(similar) >= FEW) {
            IndexSegment largest = similar.stream()
                    .max(Comparator.comparingLong(IndexSegment::size))
                    .orElseThrow();
            return new SymbolEncoder(largest.table());
        }
        SymbolTraining training = new SymbolTraining();
        int step = (int) Math.max(1, size / SAMPLE);
        segments.forEach(segment -> segment.sample(step, training));
        return training.learn();
    }

    private static long sizeOf(Collection<IndexSegment> segments) {
        return segments.stream().mapToLong(IndexSegment::size).sum();
    }

    /** Adds what an entry stores. */
    void add(byte[] url, int from, int to) {
        if (size + to - from > text.length) {
            text = Arrays.copyOf(text, 2 * (size + to - from));
        }
        System.arraycopy(url, from, text, size, to - from);
        size += to - from;
        if (count == end.length) {
            end = Arrays.copyOf(end, 2 * count);
        }
        end[count++] = size;
    }

    /** Makes the encoder of the table that suits what was added. */
    SymbolEncoder learn() {
        SymbolEncoder encoder = new SymbolEncoder(SymbolTable.ofCharacters());
        if (count < FEW) {
            return encoder;
        }
        double[] bits = bitsOfCharacters();
        for (int round = 0; round < ROUNDS; round++) {
            encoder = new SymbolEncoder(new Parse(encoder).best(bits));
        }
        return new SymbolEncoder(SymbolTable.of(encoder.table().pieces(), new Parse(encoder).times));
    }

    private double[] bitsOfCharacters() {
        long[] times = new long[SymbolTable.CHARACTERS];
        for (int i = 0; i < size; i++) {
            times[text[i]]++;
        }
        double[] bits = new double[times.length];
        Arrays.setAll(bits, c -> bits(times[c] + 1, size + 1));
        return bits;
    }

    /** Returns the length of the ideal code of what makes up so many of all. */
    private static double bits(long times, long all) {
        return Math.log((double) all / times) / LOG_2;
    }

    /** The sample, cut into the symbols of a table. */
    private final class Parse {

        private final List<String> known;
        private final long[] times;
        private long symbols;

        /** Neighbours: the first symbol in the high half, the second one in the low half; sorted. */
        private final long[] pairs = new long[size];

        private int pairCount;

        Parse(SymbolEncoder encoder) {
            known = encoder.table().pieces();
            times = new long[SymbolTable.CHARACTERS + known.size()];
            int from = 0;
            for (int entry = 0; entry < count; entry++) {
                int before = -1;
                int cuts = encoder.cut(text, from, end[entry]);
                for (int i = 0; i < cuts; i++) {
                    int symbol = encoder.symbol(i);
                    times[symbol]++;
                    symbols++;
                    if (before >= 0) {
                        pairs[pairCount++] = (long) before << Integer.SIZE | symbol;
                    }
                    before = symbol;
                }
                from = end[entry];
            }
            Arrays.sort(pairs, 0, pairCount);
        }

        /** Makes a table of the pieces that would save most, of those known and of the pairs. */
        SymbolTable best(double[] bits) {
            Map<String, Long> candidates = candidates();
            Map<String, Double> saved = new HashMap<>();
            candidates.forEach((piece, n) -> {
                double gain = saves(piece, n, bits);
                if (gain > 0) {
                    saved.put(piece, gain);
                }
            });
            List<String> pieces = saved.entrySet().stream()
                    .sorted(Map.Entry.<String, Double>comparingByValue()
                            .reversed()
                            .thenComparing(Map.Entry.comparingByKey()))
                    .limit(SymbolTable.MAX_PIECES)
                    .map(Map.Entry::getKey)
                    .toList();
            long[] frequencies = Arrays.copyOf(times, SymbolTable.CHARACTERS + pieces.size());
            for (int i = 0; i < pieces.size(); i++) {
                frequencies[SymbolTable.CHARACTERS + i] = candidates.getOrDefault(pieces.get(i), 0L);
            }
            return SymbolTable.of(pieces, frequencies);
        }

        /** Counts the pieces and the pairs of neighbours. */
        private Map<String, Long> candidates() {
            Map<String, Long> candidates = new HashMap<>();
            for (int i = 0; i < known.size(); i++) {
                candidates.merge(known.get(i), times[SymbolTable.CHARACTERS + i], Long::sum);
            }
            for (int i = 0, next; i < pairCount; i = next) {
                next = i + 1;
                while (next < pairCount && pairs[next] == pairs[i]) {
                    next++;
                }
                String piece = piece((int) (pairs[i] >>> Integer.SIZE)) + piece((int) pairs[i]);
                if (piece.length() <= SymbolTable.MAX_LENGTH) {
                    candidates.merge(piece, (long) next - i, Long::sum);
                }
            }
            return candidates;
        }

        private String piece(int symbol) {
            return symbol < SymbolTable.CHARACTERS
                    ? String.valueOf((char) symbol)
                    : known.get(symbol - SymbolTable.CHARACTERS);
        }

        /** Returns the bits that a piece saves in the sample, less what it takes in the table. */
        private double saves(String piece, long n, double[] bits) {
            double characters = 0;
            for (int i = 0; i < piece.length(); i++) {
                characters += bits[piece.charAt(i)];
            }
            return n == 0 ? 0 : n * (characters - bits(n, symbols)) - Byte.SIZE * (piece.length() + 2.0);
        }
    }
}
