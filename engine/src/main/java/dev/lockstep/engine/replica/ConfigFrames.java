package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import org.agrona.ExpandableArrayBuffer;

/** Makes frames that carry a configuration, and reads them. */
final class ConfigFrames {
    private static final int MAX_CONFIG_BYTES = 64 << 10;

    private ConfigFrames() {}

    /** @return a sealed frame that comes right behind another one */
    static FrameEncoder make(Config config, long term, FrameRef previous, long clusterTimeNs) {
        ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
        int length = ConfigCodec.encode(config, bytes, 0);
        Invariant.check(length <= MAX_CONFIG_BYTES, "a CONFIG that is too long", MAX_CONFIG_BYTES, length);
        FrameEncoder encoder = new FrameEncoder(Frame.HEADER_LENGTH, MAX_CONFIG_BYTES)
                .start(FrameType.CONFIG)
                .term(term)
                .after(previous)
                .clusterTimeNs(clusterTimeNs)
                .stateMachineVersion(config.stateMachineVersion());
        encoder.add(bytes, 0, length);
        encoder.seal();
        return encoder;
    }

    /**
     * @return the configuration that a CONFIG frame carries, with its place
     * @throws IllegalArgumentException if another version made it
     */
    static PlacedConfig configOf(Frame frame) {
        frame.rewind();
        frame.nextCommand();
        Config config = ConfigCodec.decode(frame.buffer(), frame.commandOffset(), frame.commandLength());
        return new PlacedConfig(frame.lastIndex(), frame.term(), config);
    }
}
