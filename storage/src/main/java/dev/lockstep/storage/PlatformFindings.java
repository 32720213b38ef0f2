package dev.lockstep.storage;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Says everything at once that keeps Lockstep from running, and how to mend it. A pure function of the runtime. */
final class PlatformFindings {
    /** Says nothing but "yes, I know" to Java 24 and later, so it is offered and never demanded. */
    static final String ALLOW_UNSAFE = "--sun-misc-unsafe-memory-access=allow";

    private static final int OLDEST_JAVA = 17;
    /** Java 26 removes a class that Chronicle Queue needs. */
    private static final int NEWEST_JAVA = 25;

    private PlatformFindings() {}

    /**
     * @param runtime what to judge
     * @return what must be mended, each a paragraph of its own; empty if Lockstep runs there
     */
    static List<String> of(JavaRuntime runtime) {
        List<String> findings = new ArrayList<>();
        int java = runtime.version().feature();
        if (java < OLDEST_JAVA || java > NEWEST_JAVA) {
            findings.add("Lockstep runs on Java " + OLDEST_JAVA + " to " + NEWEST_JAVA + "; this is Java "
                    + runtime.version() + ". Start it with one of those.");
        }
        if (!runtime.operatingSystem().equals("Linux")) {
            findings.add("Lockstep runs on Linux; this is " + runtime.operatingSystem()
                    + ", where nobody has shown that what it calls durable survives a power cut.");
        }
        if (!runtime.addressBits().equals("64")) {
            findings.add("Lockstep maps its journal into memory and needs a 64-bit JVM; this one has "
                    + runtime.addressBits() + " bits.");
        }
        if (runtime.byteOrder() != ByteOrder.LITTLE_ENDIAN) {
            findings.add("Lockstep's files are little-endian; this processor is big-endian.");
        }
        runtime.module()
                .ifPresent(name -> findings.add("Lockstep was loaded from the module path, as module " + name
                        + ", and its JVM flags speak of the class path alone. Put it and what it depends on on the"
                        + " class path (-cp)."));
        if (!runtime.missingFlags().isEmpty()) {
            findings.add(missing(runtime.missingFlags(), runtime.warnsOfUnsafe()));
        }
        return findings;
    }

    private static String missing(Set<JvmFlag> flags, boolean warnsOfUnsafe) {
        StringBuilder text = new StringBuilder("The JDK keeps packages closed that Chronicle Queue and Agrona must"
                + " reach. Add these flags to the java command, before the main class or -jar:\n\n");
        // Nothing but the flag on its line: they are there to be pasted.
        flags.forEach(flag -> text.append(flag.text()).append('\n'));
        if (warnsOfUnsafe) {
            text.append(ALLOW_UNSAFE).append('\n');
        }
        text.append("\nor start with Lockstep's argument file, which holds them all: java @jvm.options ...");
        if (warnsOfUnsafe) {
            text.append("\n(The last flag only silences a warning of Java 24 and later.)");
        }
        return text.toString();
    }
}
