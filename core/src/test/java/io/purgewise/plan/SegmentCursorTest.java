package io.purgewise.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SegmentCursorTest {

    /** What a seek skips is not decoded: a step behind it, or another seek, must not read what was there before. */
    @Test
    void seeksAndStepsInAnyMixtureAgreeWithASortedMap() {
        Random random = new Random(21);
        for (int round = 0; round < 300; round++) {
            NavigableMap<String, Long> model = model(random);
            UrlIndexBuilder builder = UrlIndex.builder();
            model.forEach(builder::add);
            SegmentCursor cursor = builder.build().segments().get(0).cursor();
            String last = "";
            for (String key : keys(model, random)) {
                boolean past = random.nextInt(3) == 0;
                NavigableMap<String, Long> behind = behind(model, key, past);
                if (cursor.length() > 0
                        && cursorUrl(cursor).compareTo(behind.isEmpty() ? "~" : behind.firstKey()) > 0) {
                    continue; // seeks must not go back
                }
                byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
                long before = random.nextBoolean() && !last.isEmpty()
                        ? cursor.seek(bytes, 0, bytes.length, past, common(last, key))
                        : cursor.seek(bytes, 0, bytes.length, past);
                last = key;
                assertThat(before).as(key).isEqualTo(weight(model) - weight(behind));
                List<String> next = List.copyOf(behind.keySet());
                for (int i = 0; i < Math.min(next.size(), random.nextInt(4)); i++) {
                    assertThat(cursorUrl(cursor)).isEqualTo(next.get(i));
                    assertThat(cursor.weight()).isEqualTo(behind.get(next.get(i)));
                    assertThat(cursor.next()).isEqualTo(i + 1 < next.size());
                    last = ""; // the cursor stands behind the key now
                }
                if (cursor.length() == 0) {
                    break; // behind the last URL
                }
            }
        }
    }

    private static NavigableMap<String, Long> model(Random random) {
        TreeMap<String, Long> model = new TreeMap<>();
        for (int i = random.nextInt(1500); i >= 0; i--) {
            model.put(url(random), random.nextInt(3) == 0 ? (long) random.nextInt(100_000) : 1);
        }
        return model;
    }

    private static String url(Random random) {
        StringBuilder url = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            url.append('/').append(random.nextInt(2) == 0 ? "kitchen-" : "k").append(random.nextInt(30));
        }
        return url.toString();
    }

    private static Set<String> keys(NavigableMap<String, Long> model, Random random) {
        TreeSet<String> keys = new TreeSet<>();
        List<String> urls = new ArrayList<>(model.keySet());
        for (int i = random.nextInt(60); i >= 0; i--) {
            String url = random.nextBoolean() ? urls.get(random.nextInt(urls.size())) : url(random);
            keys.add(url.substring(0, 1 + random.nextInt(url.length())));
        }
        return keys;
    }

    private static NavigableMap<String, Long> behind(NavigableMap<String, Long> model, String key, boolean past) {
        return model.tailMap(past ? key + Character.MAX_VALUE : key, true);
    }

    private static int common(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }

    private static String cursorUrl(SegmentCursor cursor) {
        return new String(cursor.copy(), StandardCharsets.US_ASCII);
    }

    private static long weight(Map<String, Long> urls) {
        return urls.values().stream().mapToLong(w -> w).sum();
    }
}
