package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.util.SplittableRandom;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the snapshots of every node do, as its replica uses them. */
public abstract class SnapshotsContract {
    private static final int OFFSET = 5;
    private static final int STRIDE = 7;

    protected static final FrameRef LAST = new FrameRef(10, 2, 77);

    protected final MutableDirectBuffer buffer = new UnsafeBuffer(new byte[(2 << 20) + OFFSET]);

    /** @return those of the node that has one */
    protected abstract Snapshots from();

    /** @return those of the node that has none */
    protected abstract Snapshots to();

    /**
     * Keeps one, durably.
     *
     * @param snapshots whose
     * @param manifest what it is of
     * @param state what is in it
     */
    protected abstract void publish(Snapshots snapshots, SnapshotManifest manifest, byte[] state);

    /** @return the state in one that is kept; null if it is not */
    protected abstract byte[] stateIn(Snapshots snapshots, FrameRef last);

    protected static SnapshotManifest manifest(FrameRef last) {
        return manifest(last, 5, 3);
    }

    private static SnapshotManifest manifest(FrameRef last, long cluster, long epoch) {
        return new SnapshotManifest(last, new ClusterId(cluster), epoch, 2, 77, new UnsafeBuffer(new byte[] {1, 2, 3}));
    }

    protected static byte[] stateOf(int length) {
        byte[] state = new byte[length];
        new SplittableRandom(length).nextBytes(state);
        return state;
    }

    protected final void bring(FrameRef last, int number) {
        int length = from().read(last, number, buffer, OFFSET);
        assertThat(length).isBetween(1, to().maxChunkBytes());
        to().onChunk(last, number, buffer, OFFSET, length);
    }

    protected final int transfer(FrameRef last) {
        int wanted = to().wantedChunk(last);
        while (wanted >= 0) {
            bring(last, wanted);
            wanted = to().wantedChunk(last);
        }
        return wanted;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 1000, 3 << 19})
    void aSnapshotIsBroughtChunkByChunk(int length) {
        publish(from(), manifest(LAST), stateOf(length));
        assertThat(to().newest()).isNull();
        assertThat(transfer(LAST)).isEqualTo(Snapshots.COMPLETE);
        assertThat(to().newest()).isEqualTo(manifest(LAST));
        assertThat(stateIn(to(), LAST)).isEqualTo(stateOf(length));
    }

    @Test
    void whatIsNotKeptIsGone() {
        publish(from(), manifest(LAST), stateOf(1));
        int count = 0;
        while (from().read(LAST, count, buffer, 0) > 0) {
            count++;
        }
        assertThat(count).isGreaterThan(1);
        assertThat(from().read(LAST, count, buffer, 0)).isEqualTo(Snapshots.GONE);
        assertThat(from().read(new FrameRef(10, 2, 78), 0, buffer, 0)).isEqualTo(Snapshots.GONE);
        assertThat(to().read(LAST, 0, buffer, 0)).isEqualTo(Snapshots.GONE);
        publish(from(), manifest(new FrameRef(20, 2, 88)), stateOf(2));
        assertThat(from().read(LAST, 0, buffer, 0)).as("the older of two").isPositive();
        publish(from(), manifest(new FrameRef(30, 3, 99)), stateOf(3));
        assertThat(from().newest().last()).isEqualTo(new FrameRef(30, 3, 99));
        assertThat(from().read(new FrameRef(20, 2, 88), 0, buffer, 0)).isPositive();
        assertThat(from().read(LAST, 0, buffer, 0)).isEqualTo(Snapshots.GONE);
    }

    @Test
    void aDamagedChunkIsWantedAgain() {
        publish(from(), manifest(LAST), stateOf(100));
        int wanted = to().wantedChunk(LAST);
        while (wanted >= 0) {
            int length = from().read(LAST, wanted, buffer, 0);
            for (int bit = 0; bit < length * Byte.SIZE; bit += STRIDE) {
                flip(bit);
                to().onChunk(LAST, wanted, buffer, 0, length);
                flip(bit);
                assertThat(to().wantedChunk(LAST)).isEqualTo(wanted);
            }
            to().onChunk(LAST, wanted, buffer, 0, length - 1);
            to().onChunk(LAST, wanted, buffer, 0, 3);
            assertThat(to().wantedChunk(LAST)).isEqualTo(wanted);
            bring(LAST, wanted);
            wanted = to().wantedChunk(LAST);
        }
        assertThat(wanted).isEqualTo(Snapshots.COMPLETE);
        assertThat(stateIn(to(), LAST)).isEqualTo(stateOf(100));
    }

    private void flip(int bit) {
        buffer.putByte(bit / 8, (byte) (buffer.getByte(bit / 8) ^ (1 << (bit % 8))));
    }

    @Test
    void chunksThatAreNotWantedChangeNothing() {
        FrameRef another = new FrameRef(20, 2, 88);
        publish(from(), manifest(LAST), stateOf(300));
        publish(from(), manifest(another), stateOf(300));
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
        assertThat(transfer(LAST)).isEqualTo(Snapshots.COMPLETE);
        assertThat(stateIn(to(), LAST)).isEqualTo(stateOf(300));
    }

    @Test
    void whatIsNotNewerThanTheNewestIsOfNoUse() {
        publish(to(), manifest(LAST), stateOf(1));
        assertThat(to().wantedChunk(LAST)).isEqualTo(Snapshots.COMPLETE);
        assertThat(to().wantedChunk(new FrameRef(9, 2, 1))).isEqualTo(Snapshots.GONE);
        assertThat(to().wantedChunk(new FrameRef(10, 2, 1))).isEqualTo(Snapshots.GONE);
        assertThat(to().wantedChunk(new FrameRef(11, 1, 1))).isEqualTo(Snapshots.GONE);
        assertThat(to().wantedChunk(new FrameRef(11, 2, 1))).isZero();
    }

    @Test
    void whatAnOlderEpochSendsIsOfNoUse() {
        publish(to(), manifest(LAST), stateOf(1));
        FrameRef old = new FrameRef(20, 2, 3);
        publish(from(), manifest(old, 5, 2), stateOf(9));
        assertThat(to().wantedChunk(old)).as("not yet known").isZero();
        bring(old, 0);
        assertThat(to().wantedChunk(old)).isEqualTo(Snapshots.GONE);
        assertThat(to().newest().last()).isEqualTo(LAST);
    }

    @Test
    void whatAnotherClusterSendsIsOfNoUse() {
        publish(to(), manifest(LAST), stateOf(1));
        FrameRef foreign = new FrameRef(30, 3, 3);
        publish(from(), manifest(foreign, 6, 9), stateOf(9));
        assertThat(transfer(foreign)).isEqualTo(Snapshots.GONE);
        assertThat(to().newest().last()).isEqualTo(LAST);
    }

    @Test
    void aBranchThatWasLeftIsSetAside() {
        FrameRef beyond = new FrameRef(20, 2, 88);
        FrameRef coming = new FrameRef(30, 2, 99);
        publish(to(), manifest(LAST), stateOf(1));
        publish(to(), manifest(beyond), stateOf(2));
        publish(from(), manifest(coming), stateOf(200));
        assertThat(to().wantedChunk(coming)).isZero();
        bring(coming, 0);
        assertThat(to().read(beyond, 0, buffer, 0)).isPositive();
        to().orphanBeyond(19);
        assertThat(to().newest().last()).isEqualTo(LAST);
        assertThat(stateIn(to(), beyond)).isNull();
        assertThat(to().read(beyond, 0, buffer, 0)).isEqualTo(Snapshots.GONE);
        assertThat(to().wantedChunk(coming)).as("begun anew").isZero();
        assertThat(transfer(coming)).isEqualTo(Snapshots.COMPLETE);
        to().orphanBeyond(0);
        assertThat(to().newest()).isNull();
    }
}
