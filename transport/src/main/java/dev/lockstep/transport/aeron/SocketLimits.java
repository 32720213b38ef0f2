package dev.lockstep.transport.aeron;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much the kernel lets a socket hold, and what follows from it: a sender must not have more under way than the
 * receiver's socket can take at once, or the kernel drops it.
 *
 * @param receiveBytes for a receiving socket
 * @param sendBytes for a sending socket
 */
record SocketLimits(int receiveBytes, int sendBytes) {
    private static final int WANTED_BYTES = 2 << 20;
    private static final int UNKNOWN_BYTES = 128 << 10;
    private static final Path SETTINGS = Path.of("/proc/sys/net/core");

    static SocketLimits ofSystem() {
        return new SocketLimits(Math.min(WANTED_BYTES, read("rmem_max")), Math.min(WANTED_BYTES, read("wmem_max")));
    }

    private static int read(String name) {
        Path file = SETTINGS.resolve(name);
        try {
            return Files.isReadable(file)
                    ? Integer.parseInt(Files.readString(file).strip())
                    : UNKNOWN_BYTES;
        } catch (IOException | NumberFormatException e) {
            return UNKNOWN_BYTES; // not every system says; this is what each of them gives
        }
    }

    /** @return what a stream may have under way: as much as fits the socket and half a term */
    int windowBytes(int termBytes) {
        return Math.min(receiveBytes, termBytes / 2);
    }
}
