package dev.lockstep.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Starts a test's main class in a process of its own, which the test may kill. */
public final class ChildJvm {
    private static final int HEAP_MIB = 64;

    private ChildJvm() {}

    /**
     * @param main what to run; its standard input and output are pipes to the test
     * @param arguments its arguments
     * @return the process; the test ends it
     * @throws IOException if it cannot be started
     */
    public static Process start(Class<?> main, String... arguments) throws IOException {
        return startWithHeap(HEAP_MIB, main, arguments);
    }

    /**
     * @param heapMib how much it needs
     * @param main what to run; its standard input and output are pipes to the test
     * @param arguments its arguments
     * @return the process; the test ends it
     * @throws IOException if it cannot be started
     */
    public static Process startWithHeap(int heapMib, Class<?> main, String... arguments) throws IOException {
        String options = Objects.requireNonNull(
                System.getProperty("lockstep.jvm.options"), "-Dlockstep.jvm.options=<path of jvm.options> is missing");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + options);
        command.add("-Xmx" + heapMib + "m");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
