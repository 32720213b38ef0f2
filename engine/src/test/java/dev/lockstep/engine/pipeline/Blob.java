package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** A state machine whose state is some bytes. */
class Blob implements StateMachine {
    private byte[] bytes = {};
    int version = 1;
    int versionSeen;

    static Blob of(int length) {
        Blob blob = new Blob();
        blob.bytes = new byte[length];
        new SplittableRandom(length).nextBytes(blob.bytes);
        return blob;
    }

    void bytes(byte[] other) {
        bytes = other;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public void apply(Command command, Reply reply) {
        throw new UnsupportedOperationException("nothing is applied here");
    }

    @Override
    public void save(SnapshotOutput out) {
        out.putInt(bytes.length);
        out.putBytes(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    @Override
    public void load(SnapshotInput in) {
        versionSeen = in.version();
        bytes = new byte[in.getInt()];
        in.getBytes(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    @Override
    public int version() {
        return version;
    }
}
