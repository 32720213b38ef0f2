package dev.lockstep.engine.pipeline;

/**
 * What was handed to the driver and has not left yet, as far as can be told from here: at each of its turns the driver sends
 * one datagram on each link, and it does nothing once all has left. Owned by the hot thread.
 */
final class Departure {
    private final int datagramBytes;
    private long waitingBytes;

    /** @param datagramBytes the longest datagram payload */
    Departure(int datagramBytes) {
        this.datagramBytes = datagramBytes;
    }

    /** @param length of a message that was taken; two that are longer than half a datagram do not share one */
    void onOffered(int length) {
        waitingBytes += 2 * length > datagramBytes ? Math.max(length, datagramBytes) : length;
    }

    /** @param work what the driver has done in a turn; zero if it found nothing to do */
    void onTurn(int work) {
        waitingBytes = work == 0 ? 0 : Math.max(0, waitingBytes - datagramBytes);
    }

    /** @return whether another turn of the driver may send something */
    boolean isDue() {
        return waitingBytes > 0;
    }
}
