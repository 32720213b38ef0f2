package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.util.SplittableRandom;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SimulatedSnapshotsTest {
    private static final FrameRef LAST = new FrameRef(10, 2, 77);
    private static final int OFFSET = 5;

    private final DiskUser source = DiskUser.started();
    private final DiskUser target = DiskUser.started();
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(SnapshotChunks.MAX_BYTES + OFFSET);

    private SimulatedSnapshots from() {
        return source.node.snapshots();
    }

    private SimulatedSnapshots to() {
        return target.node.snapshots();
    }

    private static byte[] stateOf(int length) {
        byte[] state = new byte[length];
        new SplittableRandom(length).nextBytes(state);
        return state;
    }

    private void bring(FrameRef last, int number) {
        int length = from().read(last, number, buffer, OFFSET);
        assertThat(length).isBetween(1, to().maxChunkBytes());
        to().onChunk(last, number, buffer, OFFSET, length);
    }

    private int transfer(FrameRef last) {
        int wanted = to().wantedChunk(last);
        while (wanted >= 0) {
            bring(last, wanted);
            wanted = to().wantedChunk(last);
        }
        return wanted;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 1000})
    void aSnapshotIsBroughtChunkByChunk(int length) {
        assertThat(from().publish(DiskUser.manifest(LAST), stateOf(length))).isTrue();
        assertThat(to().newest()).isNull();
        assertThat(transfer(LAST)).isEqualTo(Snapshots.COMPLETE);
        assertThat(to().newest()).isEqualTo(DiskUser.manifest(LAST));
        assertThat(to().state(LAST)).isEqualTo(stateOf(length));
    }

    @Test
    void whatIsCompleteSurvivesAPowerCutAndWhatIsNotDiesWithTheProcess() {
        from().publish(DiskUser.manifest(LAST), stateOf(200));
        assertThat(to().wantedChunk(LAST)).isZero();
        bring(LAST, 0);
        bring(LAST, 1);
        assertThat(to().wantedChunk(LAST)).isEqualTo(2);
        target.restart();
        assertThat(to().wantedChunk(LAST)).isZero();
        transfer(LAST);
        target.restartAfterPowerCut(1);
        assertThat(to().state(LAST)).isEqualTo(stateOf(200));
        assertThat(target.node.marks().commit()).isEqualTo(LAST.index());
    }

    @Test
    void aDamagedChunkIsWantedAgain() {
        from().publish(DiskUser.manifest(LAST), stateOf(100));
        for (int number = 0; number < 3; number++) {
            int length = from().read(LAST, number, buffer, 0);
            for (int bit = 0; bit < length * Byte.SIZE; bit++) {
                flip(bit);
                assertThat(to().wantedChunk(LAST)).isEqualTo(number);
                to().onChunk(LAST, number, buffer, 0, length);
                flip(bit);
            }
            to().onChunk(LAST, number, buffer, 0, length - 1);
            to().onChunk(LAST, number, buffer, 0, 3);
            assertThat(to().wantedChunk(LAST)).isEqualTo(number);
            bring(LAST, number);
        }
        assertThat(to().wantedChunk(LAST)).isEqualTo(Snapshots.COMPLETE);
        assertThat(to().state(LAST)).isEqualTo(stateOf(100));
    }

    private void flip(int bit) {
        buffer.putByte(bit / 8, (byte) (buffer.getByte(bit / 8) ^ (1 << (bit % 8))));
    }

    @Test
    void chunksThatAreNotWantedChangeNothing() {
        FrameRef another = new FrameRef(20, 2, 88);
        from().publish(DiskUser.manifest(LAST), stateOf(300));
        from().publish(DiskUser.manifest(another), stateOf(300));
        bring(LAST, 0); // nobody has asked for it
        assertThat(to().wantedChunk(LAST)).isZero();
        bring(LAST, 1);
        bring(another, 0);
        int length = from().read(LAST, 1, buffer, 0);
        to().onChunk(LAST, 0, buffer, 0, length);
        length = from().read(another, 0, buffer, 0);
        to().onChunk(LAST, 0, buffer, 0, length);
        length = from().read(LAST, 0, buffer, 0);
        to().onChunk(another, 0, buffer, 0, length);
        to().onChunk(LAST, 1, buffer, 0, length);
        assertThat(to().wantedChunk(LAST)).isZero();
        bring(LAST, 0);
        bring(LAST, 0);
        assertThat(to().wantedChunk(LAST)).isEqualTo(1);
        assertThat(to().wantedChunk(another)).as("in place of the other one").isZero();
        assertThat(to().wantedChunk(LAST)).isZero();
        transfer(LAST);
        assertThat(to().state(LAST)).isEqualTo(stateOf(300));
    }

    @Test
    void theNewestTwoAreKept() {
        FrameRef second = new FrameRef(20, 2, 88);
        FrameRef third = new FrameRef(30, 3, 99);
        assertThat(from().publish(DiskUser.manifest(LAST), stateOf(1))).isTrue();
        assertThat(from().publish(DiskUser.manifest(second), stateOf(2))).isTrue();
        assertThat(from().publish(DiskUser.manifest(LAST), stateOf(3))).isFalse();
        assertThat(from().publish(DiskUser.manifest(new FrameRef(40, 1, 3)), stateOf(3)))
                .as("of an older term")
                .isFalse();
        assertThat(from().publish(DiskUser.manifest(third), stateOf(3))).isTrue();
        assertThat(from().newest().last()).isEqualTo(third);
        assertThat(source.disk.snapshots()).containsExactly(DiskUser.manifest(third), DiskUser.manifest(second));
        assertThat(from().read(LAST, 0, buffer, 0)).isEqualTo(Snapshots.GONE);
        assertThat(from().read(second, 0, buffer, 0)).isPositive();
        assertThat(from().read(second, 2, buffer, 0)).isEqualTo(Snapshots.GONE);
    }

    @Test
    void whatIsNotNewerThanTheNewestIsOfNoUse() {
        to().publish(DiskUser.manifest(LAST), stateOf(1));
        assertThat(to().wantedChunk(LAST)).isEqualTo(Snapshots.COMPLETE);
        assertThat(to().wantedChunk(new FrameRef(9, 2, 1))).isEqualTo(Snapshots.GONE);
        assertThat(to().wantedChunk(new FrameRef(10, 2, 1))).isEqualTo(Snapshots.GONE);
        assertThat(to().wantedChunk(new FrameRef(11, 1, 1))).isEqualTo(Snapshots.GONE);
        assertThat(to().wantedChunk(new FrameRef(11, 2, 1))).isZero();
    }

    @Test
    void whatAnOlderEpochOrAnotherClusterSendsIsOfNoUse() {
        to().publish(DiskUser.manifest(LAST), stateOf(1));
        FrameRef oldEpoch = new FrameRef(20, 2, 3);
        FrameRef foreign = new FrameRef(30, 3, 3);
        from().publish(new SnapshotManifest(oldEpoch, new ClusterId(5), 2, 2, 7, new UnsafeBuffer(0, 0)), stateOf(9));
        assertThat(to().wantedChunk(oldEpoch)).as("not yet known").isZero();
        bring(oldEpoch, 0);
        assertThat(to().wantedChunk(oldEpoch)).isEqualTo(Snapshots.GONE);
        source.disk.wipe();
        source.start();
        from().publish(new SnapshotManifest(foreign, new ClusterId(6), 9, 2, 7, new UnsafeBuffer(0, 0)), stateOf(9));
        assertThat(transfer(foreign)).isEqualTo(Snapshots.GONE);
        assertThat(to().newest().last()).isEqualTo(LAST);
    }

    @Test
    void aBranchThatWasLeftIsSetAside() {
        FrameRef beyond = new FrameRef(20, 2, 88);
        FrameRef coming = new FrameRef(30, 2, 99);
        to().publish(DiskUser.manifest(LAST), stateOf(1));
        to().publish(DiskUser.manifest(beyond), stateOf(2));
        from().publish(DiskUser.manifest(coming), stateOf(200));
        assertThat(to().wantedChunk(coming)).isZero();
        bring(coming, 0);
        to().orphanBeyond(19);
        assertThat(to().newest().last()).isEqualTo(LAST);
        assertThat(to().state(beyond)).isNull();
        assertThat(to().wantedChunk(coming)).as("begun anew").isZero();
    }

    @Test
    void answersMayComeLaterAndAreThenTheSame() {
        from().publish(DiskUser.manifest(LAST), stateOf(500));
        from().answerLater(new SplittableRandom(1), 500);
        to().answerLater(new SplittableRandom(2), 500);
        int later = 0;
        int wanted = to().wantedChunk(LAST);
        while (wanted != Snapshots.COMPLETE) {
            if (wanted == Snapshots.LATER) {
                later++;
            } else {
                int length = from().read(LAST, wanted, buffer, 0);
                if (length == Snapshots.LATER) {
                    later++;
                } else {
                    to().onChunk(LAST, wanted, buffer, 0, length);
                }
            }
            wanted = to().wantedChunk(LAST);
        }
        assertThat(later).isGreaterThan(5);
        assertThat(to().state(LAST)).isEqualTo(stateOf(500));
    }
}
