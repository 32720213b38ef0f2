package dev.lockstep.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Says where the figures were taken: without it they mean nothing. */
final class Machine {
    private static final int CLOCK_READS = 1_000_000;

    private Machine() {}

    static void print(Path directory, PrintStream out) throws IOException {
        FileStore store = Files.getFileStore(directory);
        line(out, "cores", Runtime.getRuntime().availableProcessors() + ", " + processor());
        line(out, "load average", load());
        line(out, "java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        line(
                out,
                "jvm flags",
                String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
        line(out, "kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        line(out, "directory", directory + " (" + store.type() + " on " + store.name() + ")");
        line(out, "reading the clock", clock());
        if (store.type().equals("tmpfs")) {
            line(out, "beware", "nothing is forced to a device on tmpfs: these figures say little");
        }
    }

    private static void line(PrintStream out, String what, String found) {
        out.printf(Locale.ROOT, "%-18s %s%n", what, found);
    }

    private static String processor() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        if (!Files.exists(file)) {
            return System.getProperty("os.arch");
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }

    private static String load() {
        double average = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        String warning = average > 0.5 ? "; other work is running here, do not trust what follows" : "";
        return String.format(Locale.ROOT, "%.2f%s", average, warning);
    }

    private static String clock() {
        long costNs = Long.MAX_VALUE;
        long stepNs = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long startNs = System.nanoTime();
            long lastNs = startNs;
            for (int i = 0; i < CLOCK_READS; i++) {
                long nowNs = System.nanoTime();
                if (nowNs > lastNs) {
                    stepNs = Math.min(stepNs, nowNs - lastNs);
                }
                lastNs = nowNs;
            }
            costNs = Math.min(costNs, (lastNs - startNs) / CLOCK_READS);
        }
        return costNs + " ns, once in every latency; the smallest step seen is " + stepNs + " ns";
    }
}
