package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.Measurement;

/** What is measured of the transport in JVMs of its own. */
enum TransportMeasurement {
    /** There and back over the kernel's UDP. */
    ECHO_UDP,
    /** There and back over Aeron by itself. */
    ECHO_AERON,
    /** There and back over our transport. */
    ECHO_LOCKSTEP,
    /** What a node that comes and goes does to the others. */
    REJOIN,
    /** Small messages one way, in datagrams that pass every network. */
    THROUGHPUT_1408_100B,
    /** Large messages one way, in the same. */
    THROUGHPUT_1408_8KIB,
    /** Small messages one way, in large datagrams. */
    THROUGHPUT_8192_100B,
    /** Large messages one way, in the same. */
    THROUGHPUT_8192_8KIB;

    private static final int LARGE_MTU_BYTES = 8192;

    Measurement make() {
        return switch (this) {
            case ECHO_UDP ->
                new EchoLatency(LineKind.UDP, TransportBenchmarks.UDP, "transport.echo.udp.bytes.per.message");
            case ECHO_AERON ->
                new EchoLatency(LineKind.AERON, TransportBenchmarks.AERON, "transport.echo.aeron.bytes.per.message");
            case ECHO_LOCKSTEP ->
                new EchoLatency(LineKind.LOCKSTEP, TransportBenchmarks.LOCKSTEP, "transport.bytes.per.message");
            case REJOIN -> new Rejoin();
            case THROUGHPUT_1408_100B ->
                new Throughput("transport.throughput.mtu1408.100B", PartnerRole.FLOOD_100B, LineEnd.DEFAULT_MTU_BYTES);
            case THROUGHPUT_1408_8KIB ->
                new Throughput("transport.throughput.mtu1408.8KiB", PartnerRole.FLOOD_8KIB, LineEnd.DEFAULT_MTU_BYTES);
            case THROUGHPUT_8192_100B ->
                new Throughput("transport.throughput.mtu8192.100B", PartnerRole.FLOOD_100B, LARGE_MTU_BYTES);
            case THROUGHPUT_8192_8KIB ->
                new Throughput("transport.throughput.mtu8192.8KiB", PartnerRole.FLOOD_8KIB, LARGE_MTU_BYTES);
        };
    }
}
