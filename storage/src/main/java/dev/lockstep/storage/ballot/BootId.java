package dev.lockstep.storage.ballot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Which start of the machine this is. What was written but not forced survives the process, yet only within one of
 * these. Immutable.
 *
 * @param high the upper half of the kernel's random number
 * @param low the lower half
 */
public record BootId(long high, long low) {
    /** A start of the machine that cannot be told from others, and so is never the same as any. */
    public static final BootId UNKNOWN = new BootId(0, 0);

    private static final Path KERNEL_FILE = Path.of("/proc/sys/kernel/random/boot_id");

    /**
     * Asks the kernel. Reads a small file; does not block on a device.
     *
     * @return this start of the machine; {@link #UNKNOWN} where the kernel does not say
     */
    public static BootId current() {
        return readFrom(KERNEL_FILE);
    }

    static BootId readFrom(Path file) {
        try {
            UUID random = UUID.fromString(Files.readString(file).strip());
            return new BootId(random.getMostSignificantBits(), random.getLeastSignificantBits());
        } catch (IOException | IllegalArgumentException notSaid) {
            return UNKNOWN; // the safe side: every start counts as one after a power cut
        }
    }

    /**
     * @param other another start
     * @return whether nothing that was written can have been lost between the two; never true of {@link #UNKNOWN}
     */
    public boolean isSameAs(BootId other) {
        return !equals(UNKNOWN) && equals(other);
    }
}
