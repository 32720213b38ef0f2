package dev.lockstep.engine.testkit;

import dev.lockstep.engine.Command;
import org.agrona.concurrent.UnsafeBuffer;

/** A command that a tester gives to a state machine. */
record GivenCommand(long index, long clusterTimeNs, int version, UnsafeBuffer payload) implements Command {
    @Override
    public long term() {
        return 1;
    }

    byte[] copy() {
        byte[] bytes = new byte[payload.capacity()];
        payload.getBytes(0, bytes);
        return bytes;
    }
}
