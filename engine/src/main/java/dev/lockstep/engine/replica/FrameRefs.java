package dev.lockstep.engine.replica;

import dev.lockstep.engine.sbe.FrameRefDecoder;
import dev.lockstep.engine.sbe.FrameRefEncoder;
import dev.lockstep.storage.FrameRef;

/** Writes the names of frames into messages, and reads them there. */
final class FrameRefs {
    private FrameRefs() {}

    static FrameRef read(FrameRefDecoder decoder) {
        return new FrameRef(decoder.index(), decoder.term(), decoder.crc());
    }

    static void write(FrameRefEncoder encoder, FrameRef frame) {
        encoder.index(frame.index()).term(frame.term()).crc(frame.crc());
    }
}
