package dev.lockstep.engine.replica;

import dev.lockstep.engine.replica.ReplicaSettings.Founder;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.testing.FrameMaker;
import java.util.List;

/** What the parts of node 1 share, in memory, where a test says what time it is. */
final class CoreOfOne {
    private static final Identity SELF = new Identity(101);

    final MemoryJournal journal = new MemoryJournal();
    final NotingListener listener = new NotingListener();
    final Core core;
    private final FrameMaker maker = new FrameMaker(64);

    CoreOfOne() {
        ReplicaSettings settings = ReplicaSettings.of(
                1, List.of(new Founder(1, MemberKind.VOTER, "a"), new Founder(2, MemberKind.VOTER, "b")));
        ReplicaPorts ports = new ReplicaPorts(
                journal,
                new MemoryMarks(),
                new MemoryBallots(SELF),
                null,
                null,
                null,
                (node, stream, buffer, offset, length) -> 0,
                listener,
                () -> 0,
                1024);
        core = new Core(settings, ports, new Turn(settings, () -> 0));
    }

    /** A frame that holds so many indexes. */
    FrameRef append(long term, int indexes) {
        maker.term(term).next(indexes, 1);
        core.log.append(maker.buffer(), 0, maker.length());
        return maker.ref();
    }

    void at(long nowNs, long wallClockNs) {
        core.turn.begin(nowNs, wallClockNs);
    }

    void begin(long index, Config config) {
        core.configs.begin(new PlacedConfig(index, 1, config));
    }

    void append(long index, Config config) {
        core.configs.onAppended(new PlacedConfig(index, 1, config));
    }
}
