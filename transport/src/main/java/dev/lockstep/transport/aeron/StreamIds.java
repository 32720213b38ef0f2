package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;

/** Which of Aeron's streams, and which of the two ports, carries which of ours. */
final class StreamIds {
    private static final int FIRST = 0x4C54_0001;

    /** Where a node hears what clients say of its answers, beside the two ports that it listens on. */
    static final int ANSWER_PORT_OFFSET = 2;

    /** How many ports a node has, from its first on. */
    static final int PORTS = ANSWER_PORT_OFFSET + 1;

    static final int PORTS_WITHOUT_CLIENTS = 2;

    private StreamIds() {}

    static int of(Stream stream) {
        return FIRST + stream.number();
    }

    /** @return null if it is none of ours */
    static Stream streamOf(int streamId) {
        int number = streamId - FIRST;
        return number >= 0 && number < Stream.count() ? Stream.of(number) : null;
    }

    /** @return how far from the first port the stream's is: bulk cannot make the kernel drop datagrams of the log */
    static int portOffset(Stream stream) {
        return stream == Stream.BULK || stream == Stream.CLIENT ? 1 : 0;
    }
}
