package dev.lockstep.storage;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a process runs on, as far as {@link Platform} judges it. Taken apart from the judgement so that every verdict
 * can be tested on one machine.
 *
 * @param version the Java version
 * @param operatingSystem its name, as Java gives it
 * @param addressBits the JVM's, as Java gives them: "64" or "32"
 * @param byteOrder the processor's
 * @param module the named module that Lockstep was loaded into, if it came from the module path
 * @param missingFlags the needed flags that are not in force
 * @param warnsOfUnsafe whether this Java prints a warning when Chronicle touches memory for the first time
 */
record JavaRuntime(
        Runtime.Version version,
        String operatingSystem,
        String addressBits,
        ByteOrder byteOrder,
        Optional<String> module,
        Set<JvmFlag> missingFlags,
        boolean warnsOfUnsafe) {

    /** The first Java that warns of memory access through {@code sun.misc.Unsafe} unless told to allow it. */
    private static final int FIRST_JAVA_THAT_WARNS = 24;

    /** @return what this process runs on */
    static JavaRuntime current() {
        Runtime.Version version = Runtime.version();
        return new JavaRuntime(
                version,
                System.getProperty("os.name", "unknown"),
                System.getProperty("sun.arch.data.model", "unknown"),
                ByteOrder.nativeOrder(),
                Optional.ofNullable(JavaRuntime.class.getModule().getName()),
                missingFlagsFor(JavaRuntime.class.getClassLoader().getUnnamedModule()),
                // The launcher turns its --sun-misc-unsafe-memory-access into this property.
                version.feature() >= FIRST_JAVA_THAT_WARNS
                        && System.getProperty("sun.misc.unsafe.memory.access") == null);
    }

    private static Set<JvmFlag> missingFlagsFor(Module user) {
        return Arrays.stream(JvmFlag.values())
                .filter(flag -> !flag.isInForceFor(user))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(JvmFlag.class)));
    }
}
