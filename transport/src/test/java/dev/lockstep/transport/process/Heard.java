package dev.lockstep.transport.process;

/** How much came, and how long nothing did. */
final class Heard {
    private long messages;
    private long lastNs;
    private long longestNs;

    Heard() {
        begin(System.nanoTime());
    }

    void begin(long nowNs) {
        messages = 0;
        longestNs = 0;
        lastNs = nowNs;
    }

    void onMessage(long nowNs) {
        messages++;
        longestNs = Math.max(longestNs, nowNs - lastNs);
        lastNs = nowNs;
    }

    long messages() {
        return messages;
    }

    /** @return the longest silence, be it the present one */
    long longestSilenceNs(long nowNs) {
        return Math.max(longestNs, nowNs - lastNs);
    }
}
