package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.orphans.OrphanStore;
import dev.lockstep.storage.orphans.OrphanStoreContract;
import dev.lockstep.storage.testing.FrameMaker;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class SimulatedOrphanStoreTest extends OrphanStoreContract {
    private final DiskUser user = DiskUser.started();
    private final FrameMaker maker = new FrameMaker(100);
    private final List<FrameRef> made = new ArrayList<>();

    @Override
    protected OrphanStore open() {
        return user.restart().orphans();
    }

    @Override
    protected List<byte[]> framesOf(String name) {
        return user.disk.orphanFiles().framesOf(name);
    }

    private void keep(int frames) {
        for (int i = 0; i < frames; i++) {
            maker.next(1, 10);
            user.node.orphans().keep(new Frame().wrap(maker.buffer(), 0));
            made.add(maker.ref());
        }
    }

    @Test
    void whatWasSealedSurvivesAPowerCutAndTheRestInPart() {
        keep(3);
        user.node.orphans().seal();
        keep(3);
        Set<Integer> left = new TreeSet<>();
        for (int seed = 0; seed < 100; seed++) {
            SimulatedDisk copy = user.disk.copy();
            copy.powerCut(new SplittableRandom(seed));
            assertThat(copy.orphans()).isEqualTo(made.subList(0, copy.orphans().size()));
            left.add(copy.orphans().size());
        }
        assertThat(left).containsExactly(3, 4, 5, 6);
        assertThat(user.disk.orphans()).isEqualTo(made);
    }

    @Test
    void onAFullDiskTheFrameMayBeKeptLater() {
        keep(1);
        user.disk.device().full(true);
        maker.next(1, 10);
        Frame frame = new Frame().wrap(maker.buffer(), 0);
        assertThatThrownBy(() -> user.node.orphans().keep(frame)).isInstanceOf(StorageException.DiskFull.class);
        user.disk.device().full(false);
        user.node.orphans().keep(frame);
        assertThat(user.disk.orphans()).hasSize(2);
    }
}
