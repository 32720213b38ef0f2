package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.EngineException;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.journal.JournalSpace;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotStore;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Up to where a node lets go of its log, and when it writes on into what is kept back. */
final class LogCompactionTest {
    private static final int MARGIN = 100;
    private static final long TURN_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private JournalSpace space = JournalSpace.READY;
    /** The oldest index that is still wanted. */
    private long wanted;

    private int reliefs;
    private List<SnapshotManifest> kept = List.of();
    private long nowNs;
    private final Journal journal = journal();
    private final Applier applier = new Applier(
            1, journal, replies -> null, new NodeState(), new SubmitterLanes(1, 1, 0, () -> {}), () -> 0, index -> {});
    private final LogCompaction compaction = new LogCompaction(
            journal, store(), applier, new JournalRoom(journal, JournalSettings.DEFAULT), MARGIN, nowNs);

    private Journal journal() {
        return (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "compactBelow" -> wanted = Math.max(wanted, (long) arguments[0]);
                        case "relieve" -> reliefs++;
                        case "space" -> {
                            return space;
                        }
                        case "generation", "usedBytes" -> {
                            return 0L;
                        }
                        default -> throw new UnsupportedOperationException(method.getName());
                    }
                    return null;
                });
    }

    private SnapshotStore store() {
        return (SnapshotStore) Proxy.newProxyInstance(
                SnapshotStore.class.getClassLoader(),
                new Class<?>[] {SnapshotStore.class},
                (proxy, method, arguments) -> kept);
    }

    private void keep(long newest, long older) {
        kept = List.of(snapshot(newest), snapshot(older));
    }

    private static SnapshotManifest snapshot(long index) {
        return new SnapshotManifest(
                new FrameRef(index, 1, 0), new ClusterId(7), 1, 1, 1, new UnsafeBuffer(new byte[1]));
    }

    private void turn() {
        compaction.onTurn(nowNs);
        nowNs += TURN_NS;
    }

    /** The state is found to be another one than that of most. */
    private void drift() {
        applier.stop(new EngineException.Drifted("the state of this node is another one", 2_100, 1_900));
    }

    @Test
    void theLogGoesBehindTheOlderOfTwoSnapshotsButForWhatAStandbyMayMiss() {
        applier.standAt(5_000);
        kept = List.of(snapshot(4_000));
        turn();
        assertThat(wanted).as("with one that may turn out to be damaged").isZero();
        keep(4_000, 3_000);
        turn();
        assertThat(wanted).isEqualTo(3_000 + 1 - MARGIN);
        space = JournalSpace.BOUND_MET;
        turn();
        assertThat(wanted).isEqualTo(3_000 + 1 - MARGIN);
    }

    /** Those that come from a peer may be of what was not applied here yet. */
    @Test
    void whatIsStillToBeAppliedStays() {
        applier.standAt(2_000);
        keep(4_000, 3_000);
        turn();
        assertThat(wanted).isEqualTo(2_000 + 1 - MARGIN);
        applier.stop(new EngineException("the state machine has thrown at index 2001"));
        turn();
        assertThat(wanted).isEqualTo(2_000 + 1 - MARGIN);
    }

    /** It applies nothing more, and goes on from one of them, which come from the others. */
    @Test
    void aNodeThatHasDriftedKeepsNothingForItsOwnState() {
        applier.standAt(2_000);
        drift();
        keep(1_800, 1_500);
        turn();
        assertThat(wanted).isEqualTo(1_500 + 1 - MARGIN);
        keep(9_000, 8_000);
        turn();
        assertThat(wanted).isEqualTo(8_000 + 1 - MARGIN);
    }

    @Test
    void whereAllIsInASnapshotAndTheBoundIsMetFramesMayGoOn() {
        applier.standAt(5_000);
        keep(5_000, 3_000);
        turn();
        assertThat(reliefs).isZero();
        space = JournalSpace.BOUND_MET;
        turn();
        assertThat(reliefs).isOne();
        keep(4_999, 3_000); // another one will be taken, and makes room
        turn();
        assertThat(reliefs).isOne();
    }

    /** Whatever came then, it would lead to no snapshot. */
    @Test
    void whoAppliesNothingMoreDoesNotWriteOnBeyondTheBound() {
        applier.standAt(2_000);
        space = JournalSpace.BOUND_MET;
        drift();
        keep(9_000, 1_500);
        turn();
        assertThat(reliefs).isZero();
    }
}
