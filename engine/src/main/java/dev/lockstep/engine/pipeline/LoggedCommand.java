package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Command;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The command that a state machine is shown, where it lies in the journal. Owned by the applier's thread, and used again. */
final class LoggedCommand implements Command {
    private final FramePlace place;
    private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    private long clusterTimeNs;
    private int version;

    LoggedCommand(FramePlace place) {
        this.place = place;
    }

    LoggedCommand show(DirectBuffer buffer, int offset, int length, long timeNs, int activeVersion) {
        payload.wrap(buffer, offset, length);
        clusterTimeNs = timeNs;
        version = activeVersion;
        return this;
    }

    @Override
    public long index() {
        return place.index;
    }

    @Override
    public long term() {
        return place.term;
    }

    @Override
    public long clusterTimeNs() {
        return clusterTimeNs;
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public DirectBuffer payload() {
        return payload;
    }
}
