package dev.lockstep.transport.process;

import dev.lockstep.transport.Stream;
import java.util.HashMap;
import java.util.Map;

/** What a node heard while it watched. */
final class Watched {
    private final Map<String, String[]> heard = new HashMap<>();

    /** @param line as the node wrote it */
    Watched(String line) {
        for (String each : line.substring("watched".length()).strip().split(" ", -1)) {
            String[] parts = each.split(":", -1);
            if (parts.length == 4) {
                heard.put(parts[0] + " " + parts[1], parts);
            }
        }
    }

    long messages(int node, Stream stream) {
        String[] parts = heard.get(node + " " + stream);
        return parts == null ? 0 : Long.parseLong(parts[2]);
    }

    /** @return the longest time in which nothing came */
    long longestSilenceMs(int node, Stream stream) {
        String[] parts = heard.get(node + " " + stream);
        return parts == null ? Long.MAX_VALUE : Long.parseLong(parts[3]);
    }
}
