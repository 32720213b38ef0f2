package dev.lockstep.storage;

import java.util.List;
import java.util.Properties;

/**
 * Whether Lockstep can run here, asked before anything else: a JVM without the flags of {@code jvm.options} would
 * otherwise die later, inside Chronicle Queue, with an error that nobody can read.
 *
 * <p>Runs on Java 17 to 25, on a 64-bit little-endian machine, on Linux, from the class path. macOS is refused like
 * every other system: it may well work, but what it does with a forced memory map has not been tested.
 *
 * <p>Nothing here loads a class of Chronicle, Aeron or Agrona. May be used from any thread.
 */
public final class Platform {
    /** Chronicle reads them once, when its classes load. All of them are answered with "true". */
    static final List<String> CHRONICLE_SILENCERS = List.of(
            "chronicle.analytics.disable", // else it reports its use to a web service
            "chronicle.announcer.disable", // else it prints a banner
            "chronicle.disk.monitor.disable"); // else it starts a thread that watches every disk

    private Platform() {}

    /** This process cannot run Lockstep: the message says all that is wrong and how to mend it. */
    public static final class Unsupported extends StorageException {
        private static final long serialVersionUID = 1;

        Unsupported(String message) {
            super(message);
        }
    }

    /**
     * Returns if Lockstep can run in this process. Changes nothing, touches no file, takes well under a millisecond
     * once loaded.
     *
     * @throws Unsupported if it cannot; the message lists every reason, and the missing JVM flags one a line
     */
    public static void check() {
        List<String> findings = PlatformFindings.of(JavaRuntime.current());
        if (!findings.isEmpty()) {
            throw new Unsupported("Lockstep cannot run here.\n\n" + String.join("\n\n", findings));
        }
    }

    /**
     * Keeps Chronicle from reporting its use, printing a banner and watching the disks, by setting the system
     * properties that it asks; one that is already set, to whatever value, stays. Has an effect only before the first
     * class of Chronicle loads.
     */
    public static void silenceChronicle() {
        silenceChronicle(System.getProperties());
    }

    static void silenceChronicle(Properties properties) {
        CHRONICLE_SILENCERS.forEach(name -> properties.putIfAbsent(name, "true"));
    }
}
