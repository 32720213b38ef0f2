package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.engine.replica.SnapshotsContract;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SimulatedSnapshotsTest extends SnapshotsContract {
    private final DiskUser source = DiskUser.started();
    private final DiskUser target = DiskUser.started();

    @Override
    protected SimulatedSnapshots from() {
        return source.node.snapshots();
    }

    @Override
    protected SimulatedSnapshots to() {
        return target.node.snapshots();
    }

    @Override
    protected void publish(Snapshots snapshots, SnapshotManifest manifest, byte[] state) {
        assertThat(((SimulatedSnapshots) snapshots).publish(manifest, state)).isTrue();
    }

    @Override
    protected byte[] stateIn(Snapshots snapshots, FrameRef last) {
        return ((SimulatedSnapshots) snapshots).state(last);
    }

    @Test
    void whatIsCompleteSurvivesAPowerCutAndWhatIsNotDiesWithTheProcess() {
        from().publish(manifest(LAST), stateOf(200));
        assertThat(to().wantedChunk(LAST)).isZero();
        bring(LAST, 0);
        bring(LAST, 1);
        assertThat(to().wantedChunk(LAST)).isEqualTo(2);
        target.restart();
        assertThat(to().wantedChunk(LAST)).isZero();
        transfer(LAST);
        target.restartAfterPowerCut(1);
        assertThat(to().state(LAST)).isEqualTo(stateOf(200));
        assertThat(target.node.marks().commit()).isZero(); // the log does not begin behind it
    }

    @Test
    void theNewestTwoAreKept() {
        FrameRef second = new FrameRef(20, 2, 88);
        FrameRef third = new FrameRef(30, 3, 99);
        assertThat(from().publish(manifest(LAST), stateOf(1))).isTrue();
        assertThat(from().publish(manifest(second), stateOf(2))).isTrue();
        assertThat(from().publish(manifest(LAST), stateOf(3))).isFalse();
        assertThat(from().publish(manifest(new FrameRef(40, 1, 3)), stateOf(3)))
                .as("of an older term")
                .isFalse();
        assertThat(from().publish(manifest(third), stateOf(3))).isTrue();
        assertThat(source.disk.snapshots()).containsExactly(manifest(third), manifest(second));
    }

    @Test
    void answersMayComeLaterAndAreThenTheSame() {
        from().publish(manifest(LAST), stateOf(500));
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
