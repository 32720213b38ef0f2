package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.ParentProcess;
import dev.lockstep.benchmarks.PartnerJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The process at the other end of a line; it ends when the measuring one does. */
@Command(name = TransportPartner.NAME, hidden = true, description = "Is the other end of what is measured.")
public final class TransportPartner implements Callable<Integer> {
    static final String NAME = "transport-partner";
    /** What it says once it is there. */
    static final String READY = "ready";

    private static final long GRACE_MS = 5000;

    @Parameters(index = "0")
    private PartnerRole role;

    @Parameters(index = "1")
    private int node;

    @Parameters(index = "2")
    private int port;

    @Parameters(index = "3")
    private int peerPort;

    @Parameters(index = "4")
    private int mtuBytes;

    @Parameters(index = "5")
    private Path directory;

    @Parameters(index = "6")
    private long start;

    /** Starts one for an end of a line; it says {@link #READY} when it is there. */
    static PartnerJvm start(PartnerRole role, LineEnd end) {
        return start(role, end, 1, List.of());
    }

    /**
     * @param role what it does
     * @param end where it is
     * @param start how often the node there was started
     * @param flags more flags than this JVM has
     */
    static PartnerJvm start(PartnerRole role, LineEnd end, long start, List<String> flags) {
        List<String> arguments = new ArrayList<>(List.of(NAME, role.name()));
        arguments.addAll(end.toArguments());
        arguments.add("" + start);
        return PartnerJvm.start(flags, arguments);
    }

    @Override
    public Integer call() {
        role.run(new LineEnd(node, port, peerPort, mtuBytes, directory), start, ParentProcess.watch(GRACE_MS));
        return 0;
    }
}
