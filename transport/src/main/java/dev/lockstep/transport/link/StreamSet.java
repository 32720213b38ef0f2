package dev.lockstep.transport.link;

import dev.lockstep.transport.Stream;

/** Some of the streams, as bits. */
final class StreamSet {
    static final int OF_MEMBERS = of(Stream.CONTROL) | of(Stream.LOG) | of(Stream.BULK);
    static final int OF_CLIENT = of(Stream.CLIENT);

    private StreamSet() {}

    static int of(Stream stream) {
        return 1 << stream.number();
    }

    static boolean contains(int set, Stream stream) {
        return (set & of(stream)) != 0;
    }

    static int without(int set, Stream stream) {
        return set & ~of(stream);
    }
}
