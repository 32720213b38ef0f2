package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.StateMachine;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A state as the state machine had it before anything was applied, kept in memory: what a node loads that must begin
 * anew. Does not change; may be loaded by any thread.
 */
final class MemoryState {
    private static final int PART_BYTES = 4 << 10; // what a state machine begins with is mostly a few bytes

    private final List<byte[]> parts = new ArrayList<>();
    private final int version;

    /**
     * @param machine whose state is saved
     * @param version that is active before anything is applied
     */
    MemoryState(StateMachine machine, int version) {
        this.version = version;
        BufferedSnapshotOutput out = new BufferedSnapshotOutput(this::keep, new UnsafeBuffer(new byte[PART_BYTES]));
        machine.save(out);
        out.flush();
    }

    private void keep(DirectBuffer buffer, int offset, int length) {
        byte[] part = new byte[length];
        buffer.getBytes(offset, part);
        parts.add(part);
    }

    /** Gives the state machine back what it had. */
    void load(StateMachine machine) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[PART_BYTES]);
        StateLoading.load(machine, new BufferedSnapshotInput(new Walk(parts), buffer, version), "state it began with");
    }

    /** Goes through the parts once. */
    private static final class Walk implements ByteSource {
        private final List<byte[]> parts;
        private int next;
        private int done;

        private Walk(List<byte[]> parts) {
            this.parts = parts;
        }

        @Override
        public int read(MutableDirectBuffer buffer, int offset, int length) {
            if (next == parts.size()) {
                return END;
            }
            byte[] part = parts.get(next);
            int taken = Math.min(length, part.length - done);
            buffer.putBytes(offset, part, done, taken);
            done += taken;
            if (done == part.length) {
                next++;
                done = 0;
            }
            return taken;
        }
    }
}
