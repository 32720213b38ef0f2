package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.Measurement;

/** What everything that crosses the network is held against: a message there and back over the kernel's UDP. */
public final class KernelEcho {
    private KernelEcho() {}

    /**
     * @param figure how the names of its figures begin
     * @return takes them
     */
    public static Measurement reportedAs(String figure) {
        return new EchoLatency(LineKind.UDP, figure, figure + ".bytes.per.message");
    }
}
