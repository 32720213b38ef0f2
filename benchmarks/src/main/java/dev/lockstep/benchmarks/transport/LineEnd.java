package dev.lockstep.benchmarks.transport;

import dev.lockstep.benchmarks.Ports;
import java.nio.file.Path;
import java.util.List;

/**
 * One end of a line on this machine's loopback.
 *
 * @param node who is here
 * @param port the first of the two ports that are listened at here
 * @param peerPort the same, there
 * @param mtuBytes the longest datagram payload
 * @param directory where buffers are kept if there is too little shared memory
 */
record LineEnd(int node, int port, int peerPort, int mtuBytes, Path directory) {
    static final String HOST = "127.0.0.1";
    static final int DEFAULT_MTU_BYTES = 1408;

    /** The end where it is measured, and the one where it is not. */
    static final int MEASURING_NODE = 1;

    static final int PARTNER_NODE = 2;

    /** At an end. */
    static final int PORTS = 2;

    /** @return the measuring end of a line between ports that are free */
    static LineEnd measuring(int mtuBytes, Path directory) {
        return new LineEnd(MEASURING_NODE, Ports.freeInARow(PORTS), Ports.freeInARow(PORTS), mtuBytes, directory);
    }

    /** @return the other end */
    LineEnd partner() {
        return new LineEnd(peerNode(), peerPort, port, mtuBytes, directory);
    }

    int peerNode() {
        return node == MEASURING_NODE ? PARTNER_NODE : MEASURING_NODE;
    }

    List<String> toArguments() {
        return List.of("" + node, "" + port, "" + peerPort, "" + mtuBytes, directory.toString());
    }
}
