package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.StartDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PowerCutOracleTest {
    /** Whatever a node does, the oracle's word on what is durable holds, and what is left is one history. */
    @Test
    void whatIsSaidToBeDurableSurvivesWhateverWasDoneBefore() {
        for (int seed = 0; seed < 3_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            DiskUser user = DiskUser.started();
            user.disk.files().journal().markLate(random.nextBoolean());
            List<FrameRef> known = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 12; i++) {
                    step(user, random);
                    known.add(user.last());
                }
                List<FrameRef> durable = new ArrayList<>(known);
                durable.removeIf(frame -> !user.disk.holdsDurably(frame));
                long durableIndex = user.disk.durableIndex();
                user.restartAfterPowerCut(random.nextLong());
                user.checkChain();
                for (FrameRef frame : durable) {
                    assertThat(user.disk.holdsDurably(frame))
                            .as("%s of seed %s", frame, seed)
                            .isTrue();
                }
                assertThat(user.node.decision()).isNotEqualTo(StartDecision.SET_ASIDE_DAMAGE);
                assertThat(Math.max(user.last().index(), newestSnapshot(user))).isGreaterThanOrEqualTo(durableIndex);
            }
        }
    }

    private static long newestSnapshot(DiskUser user) {
        return user.disk.snapshots().isEmpty()
                ? 0
                : user.disk.snapshots().get(0).last().index();
    }

    private static void step(DiskUser user, SplittableRandom random) {
        user.node.journal().prepare();
        FrameRef last = user.last();
        FrameRef base = user.disk.base();
        switch (random.nextInt(6)) {
            case 0 -> user.flush();
            case 1 -> {
                FrameRef to = user.disk.holding(random.nextLong(base.index(), last.index() + 1));
                if (to.index() < last.index() && to.index() >= user.node.marks().commit()) {
                    user.cutBehind(to);
                }
            }
            case 2 -> {
                if (random.nextInt(8) == 0) {
                    long beyond = Math.max(last.index(), newestSnapshot(user));
                    user.startAfter(new FrameRef(beyond + 10, user.maker.ref().term(), random.nextInt()));
                }
            }
            case 3 -> {
                if (random.nextInt(4) == 0
                        && last.index() > 0
                        && user.node.snapshots().publish(DiskUser.manifest(last), new byte[9])) {
                    user.node.journal().compactBelow(last.index());
                }
                user.node.journal().prepare();
            }
            default -> user.append(1 + random.nextInt(4));
        }
    }
}
