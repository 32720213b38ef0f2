package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.Submitter;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.journal.Damage;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much an applier does in a turn. */
final class ApplierTurnsTest implements StateMachine, JournalReader {
    private static final long SESSION = SessionIds.make(2, 0, 77);
    private static final int SELF = 1;
    private static final int COMMANDS = 200;
    private static final int BUDGET = 32;
    private static final long LONG_NS = 1_000_000_000;

    private final List<Frame> frames = new ArrayList<>();
    private final NodeState node = new NodeState();
    private final Applier applier = new Applier(
            SELF,
            journal(),
            replies -> new AppliedState(this, 0, SessionLimits.STANDARD, replies),
            node,
            new SubmitterLanes(1, 1, 0, () -> {}),
            () -> 0, // time stands still
            index -> {});
    private int at;
    private int applied;

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 9, 16, 62})
    void aTurnAppliesAsManyCommandsAsItMayWhereverFramesEnd(int commandsAFrame) {
        append(FrameType.SESSION, 1);
        for (int i = 0; i < COMMANDS; i += commandsAFrame) {
            append(FrameType.COMMANDS, commandsAFrame);
        }
        node.publish(last(), last());
        assertThat(applier.work(1, LONG_NS)).isOne();
        for (int turn = 1; turn * BUDGET <= COMMANDS; turn++) {
            assertThat(applier.work(BUDGET, LONG_NS)).isEqualTo(BUDGET);
            assertThat(applied).isEqualTo(turn * BUDGET);
        }
    }

    private void append(FrameType type, int entries) {
        FrameEncoder encoder = new FrameEncoder(1 << 16, CommandHead.LENGTH);
        encoder.start(type).term(1).after(last(), 0).clusterTimeNs(1).stateMachineVersion(1);
        for (int i = 0; i < entries; i++) {
            if (type == FrameType.SESSION) {
                CommandHead.writeSession(
                        encoder.buffer(), encoder.claim(CommandHead.SESSION_LENGTH), SESSION, IngressEntry.OPEN);
            } else {
                CommandHead.write(
                        encoder.buffer(),
                        encoder.claim(CommandHead.LENGTH),
                        SESSION,
                        last() + i,
                        false,
                        Submitter.ANY_INDEX);
            }
        }
        encoder.seal();
        byte[] bytes = new byte[encoder.length()];
        encoder.buffer().getBytes(0, bytes);
        frames.add(new Frame().wrap(new UnsafeBuffer(bytes), 0));
    }

    private long last() {
        return frames.isEmpty() ? 0 : frames.get(frames.size() - 1).lastIndex();
    }

    private Journal journal() {
        return (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(),
                new Class<?>[] {Journal.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "newReader" -> this;
                    case "appendedIndex" -> last();
                    case "generation" -> 0L;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Override
    public void apply(Command command, Reply reply) {
        applied++;
    }

    @Override
    public void save(SnapshotOutput out) {}

    @Override
    public void load(SnapshotInput in) {}

    @Override
    public ReadResult seek(long index) {
        at = 0;
        return ReadResult.FRAME;
    }

    @Override
    public ReadResult next() {
        return ++at < frames.size() ? ReadResult.FRAME : ReadResult.END;
    }

    @Override
    public Frame frame() {
        return frames.get(at);
    }

    @Override
    public Damage damage() {
        throw new UnsupportedOperationException("nothing is damaged here");
    }

    @Override
    public void close() {}
}
