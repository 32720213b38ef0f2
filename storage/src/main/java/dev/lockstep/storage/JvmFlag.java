package dev.lockstep.storage;

/**
 * The flags without which Chronicle Queue, Aeron and Agrona cannot reach what they need of the JDK. What is asked is
 * whether the package is reachable, never what the command line said: flags also come from argument files, from the
 * environment and from a jar's manifest.
 */
enum JvmFlag {
    /** Without it Chronicle finds no way to map a file: an AssertionError from {@code FileChannelImpl.map0}. */
    OPEN_REFLECT("--add-opens", "java.lang.reflect"),
    /**
     * Without it Chronicle says "Can't append to a read-only chronicle", and Aeron cannot reach a selector's keys. To
     * open a package is to export it too, so no second flag is needed.
     */
    OPEN_CHANNELS("--add-opens", "sun.nio.ch"),
    /** Without it Chronicle frees direct memory by another way than the one it is tested with, and warns of that. */
    EXPORT_REFERENCES("--add-exports", "jdk.internal.ref"),
    /** Without it Agrona's buffers end in an IllegalAccessError. */
    OPEN_UNSAFE("--add-opens", "jdk.internal.misc");

    private static final Module JDK = Object.class.getModule();

    private final String option;
    private final String packageName;

    JvmFlag(String option, String packageName) {
        this.option = option;
        this.packageName = packageName;
    }

    /**
     * @param user the module whose code must reach the package
     * @return whether it does
     */
    boolean isInForceFor(Module user) {
        return option.equals("--add-opens") ? JDK.isOpen(packageName, user) : JDK.isExported(packageName, user);
    }

    /** @return the flag as a java command takes it */
    String text() {
        return option + "=" + JDK.getName() + "/" + packageName + "=ALL-UNNAMED";
    }
}
