package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How node 1, the primary of term 4, makes frames behind index 3 of term 1; nodes 2 and 3 are in the live stream. */
final class SequencerTest {
    private static final Config CONFIG = ConfigTest.ofVoters(3);

    private final CoreOfOne one = new CoreOfOne();
    private final FrameEncoder encoder = new FrameEncoder(256, 64);
    private FrameRef last;
    private Sequencer sequencer;

    @BeforeEach
    void begin() {
        one.beIn(CONFIG, 4);
        one.at(1_000, 50_000);
        last = one.append(1, 3);
        Standbys standbys = new Standbys(one.core);
        standbys.onConfigs();
        for (Standby each : standbys.all()) {
            each.pace(Standby.Pace.LIVE);
        }
        sequencer = new Sequencer(
                one.core,
                new Replicator(one.core, standbys, new OfferedSnapshots(one.core, standbys, new HeardCheckpoints())),
                new ClusterTime(one.core, 50_000));
    }

    private long appendCommands(int count) {
        encoder.start(FrameType.COMMANDS);
        for (int i = 0; i < count; i++) {
            encoder.add(new UnsafeBuffer(new byte[8]), 0, 8);
        }
        return sequencer.append(encoder);
    }

    private Frame frameAt(long index) {
        return one.core.log.frameAt(index);
    }

    @Test
    void aFrameComesRightBehindTheLastOneInThePrimarysTermAtTheClustersTime() {
        assertThat(appendCommands(2)).isEqualTo(5);
        Frame frame = frameAt(4);
        assertThat(frame.follows(last.index(), last.term(), last.crc())).isEqualTo(FrameDefect.NONE);
        assertThat(frame.lastIndex()).isEqualTo(5);
        assertThat(frame.term()).isEqualTo(4);
        assertThat(frame.clusterTimeNs()).isEqualTo(50_000);
        assertThat(frame.stateMachineVersion()).isEqualTo(CONFIG.stateMachineVersion());
        assertThat(sequencer.appendNoOp()).isEqualTo(6);
        assertThat(frameAt(6).type()).isEqualTo(FrameType.NO_OP);
        assertThat(sequencer.appendTimer()).isEqualTo(7);
        assertThat(frameAt(7).type()).isEqualTo(FrameType.TIMER);
    }

    @Test
    void aFrameIsSentToAllBeforeItIsAppendedAndDirtyIsNotedBeforeItIsSent() {
        List<Long> appended = new ArrayList<>();
        List<Boolean> dirty = new ArrayList<>();
        one.links.whenSaid = () -> {
            appended.add(one.journal.appendedIndex());
            dirty.add(one.isDirty());
        };
        assertThat(one.isDirty()).isFalse();
        appendCommands(2);
        assertThat(one.links.takeWords()).containsExactly("2: frame 4-5", "3: frame 4-5");
        assertThat(appended).containsExactly(3L, 3L);
        assertThat(dirty).containsExactly(true, true);
        assertThat(one.core.log.lastIndex()).isEqualTo(5);
    }

    @Test
    void aFrameLeavesBeforeThisNodeTakesItsTimeToAppendIt() {
        List<Long> appended = new ArrayList<>();
        one.links.whenDeparting = () -> {
            assertThat(one.links.takeWords()).containsExactly("2: frame 4-5", "3: frame 4-5");
            appended.add(one.journal.appendedIndex());
        };
        appendCommands(2);
        assertThat(appended).containsExactly(3L);
    }

    @Test
    void whatThereIsNoRoomForIsNeitherSentNorAppendedAndUsesNoIndex() {
        one.journal.isFull = true;
        assertThat(appendCommands(2)).isEqualTo(Sequencer.NO_ROOM);
        assertThat(sequencer.appendNoOp()).isEqualTo(Sequencer.NO_ROOM);
        assertThat(sequencer.appendConfig(CONFIG.withRemoved(3))).isEqualTo(Sequencer.NO_ROOM);
        assertThat(one.links.take()).isEmpty();
        assertThat(one.core.log.last()).isEqualTo(last);
        assertThat(one.core.config()).isEqualTo(CONFIG);
        assertThat(one.core.promises.configIndex()).isZero();
        one.journal.isFull = false;
        assertThat(appendCommands(1)).isEqualTo(4);
    }

    @Test
    void aConfigurationIsNotedBeforeItIsSentAndInForceOnceItIsAppended() {
        List<Long> noted = new ArrayList<>();
        List<Config> inForce = new ArrayList<>();
        one.links.whenSaid = () -> {
            noted.add(one.core.promises.configIndex());
            inForce.add(one.core.config());
        };
        Config next = CONFIG.withRemoved(3);
        assertThat(sequencer.appendConfig(next)).isEqualTo(4);
        assertThat(one.links.takeWords()).containsExactly("2: frame 4-4", "3: frame 4-4"); // also to whom it removes
        assertThat(noted).containsExactly(4L, 4L);
        assertThat(inForce).containsExactly(CONFIG, CONFIG);
        assertThat(one.core.config()).isEqualTo(next);
        assertThat(one.core.promises.configTerm()).isEqualTo(4);
        assertThat(ConfigFrames.configOf(frameAt(4))).isEqualTo(new PlacedConfig(4, 4, next));
    }

    /** It is noted, and that it counts though it is not flushed cannot be: it counts by its own rules. */
    @Test
    void aConfigurationIsNotSentBeforeThereIsRoomForAllThatMustBeNotedBefore() {
        one.begin(1, ConfigTest.flushed(CONFIG));
        Config next = CONFIG.withRemoved(3);
        one.ballots.roomFor(1);
        assertThatThrownBy(() -> sequencer.appendConfig(next)).isInstanceOf(StorageException.DiskFull.class);
        one.ballots.roomFor(0);
        assertThatThrownBy(() -> sequencer.appendConfig(next)).isInstanceOf(StorageException.DiskFull.class);
        assertThat(one.links.take()).isEmpty();
        assertThat(one.core.log.last()).isEqualTo(last);
        assertThat(one.core.config()).isEqualTo(ConfigTest.flushed(CONFIG));
        one.ballots.roomFor(2);
        List<Boolean> dirty = new ArrayList<>();
        one.links.whenSaid = () -> dirty.add(one.isDirty());
        assertThat(sequencer.appendConfig(next)).isEqualTo(4);
        assertThat(dirty).containsExactly(true, true);
    }
}
