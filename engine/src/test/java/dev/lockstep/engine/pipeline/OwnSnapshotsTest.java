package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.observe.EngineCounters;
import dev.lockstep.engine.observe.StandbyCounters;
import dev.lockstep.engine.replica.SnapshotNeed;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.journal.JournalSpace;
import dev.lockstep.storage.snapshot.SnapshotStore;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a node takes a snapshot though it is not its turn: where its journal would be full before that comes. */
final class OwnSnapshotsTest {
    private static final JournalSettings BOUNDED = JournalSettings.DEFAULT.withMaxJournalBytes(8L << 30);
    private static final long TIGHT_BYTES = 6L << 30;
    private static final int STANDBY = 2;

    private JournalSpace space = JournalSpace.READY;
    private long usedBytes = TIGHT_BYTES;
    private long nowNs;
    private final Journal journal = (Journal) Proxy.newProxyInstance(
            Journal.class.getClassLoader(),
            new Class<?>[] {Journal.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "space" -> space;
                case "usedBytes" -> usedBytes;
                case "generation" -> 0L;
                default -> throw new UnsupportedOperationException(method.getName());
            });
    private final Applier applier = new Applier(
            1, journal, replies -> null, new NodeState(), new SubmitterLanes(1, 1, 0, () -> {}), () -> 0, index -> {});
    private final StandbyTable standbys = standbys();
    private final OwnSnapshots own = new OwnSnapshots(
            SnapshotRule.of(Snapshot.every(10), JournalSettings.UNBOUNDED, 0),
            new JournalRoom(journal, BOUNDED),
            (SnapshotStore) Proxy.newProxyInstance(
                    SnapshotStore.class.getClassLoader(),
                    new Class<?>[] {SnapshotStore.class},
                    (proxy, method, arguments) -> List.of()),
            new SnapshotTurn(() -> nowNs, 1),
            applier,
            new NodeState(),
            () -> nowNs,
            thrown -> {});

    private static StandbyTable standbys() {
        CountersManager manager = new CountersManager(
                new UnsafeBuffer(ByteBuffer.allocateDirect(32 << 10)),
                new UnsafeBuffer(ByteBuffer.allocateDirect(8 << 10)));
        return new StandbyTable(new StandbyCounters(manager), new EngineCounters(manager));
    }

    @BeforeEach
    void oneIsDue() {
        applier.standAt(1_000);
        assertThat(own.need()).isEqualTo(SnapshotNeed.WANTED);
    }

    private boolean isTaking() {
        own.takeIfTight(standbys);
        return own.need() == SnapshotNeed.TAKING;
    }

    @Test
    void whoHasRoomWaitsForItsTurn() {
        usedBytes = TIGHT_BYTES / 2;
        assertThat(isTaking()).isFalse();
        usedBytes = TIGHT_BYTES;
        assertThat(isTaking()).isTrue();
    }

    /** Or all would stand still at once: their journals are all as full as each other. */
    @Test
    void aPrimaryWithLittleRoomLeavesItToAStandbyThatKeepsUp() {
        standbys.onStandby(STANDBY, true, 1_000, 1_000, nowNs);
        assertThat(isTaking()).isFalse();
        standbys.onStandby(STANDBY, false, 1_000, 1_000, nowNs);
        assertThat(isTaking()).isTrue();
    }

    /** What the standby takes may be of no use, or not come. */
    @Test
    void aPrimaryWithHardlyAnyRoomWaitsForNobody() {
        standbys.onStandby(STANDBY, true, 1_000, 1_000, nowNs);
        usedBytes = 7L << 30;
        assertThat(isTaking()).isTrue();
    }

    @Test
    void whoIsThePrimaryNoLongerKnowsOfNoStandby() {
        standbys.onStandby(STANDBY, true, 1_000, 1_000, nowNs);
        standbys.clear();
        assertThat(isTaking()).isTrue();
    }

    @Test
    void aPrimaryWithoutRoomWaitsForNobody() {
        standbys.onStandby(STANDBY, true, 1_000, 1_000, nowNs);
        own.giveWay();
        space = JournalSpace.BOUND_MET;
        assertThat(isTaking()).isTrue();
    }

    @Test
    void whoHasJustTakenOverDoesNotStandStillYet() {
        own.giveWay();
        assertThat(isTaking()).isFalse();
        nowNs += TimeUnit.SECONDS.toNanos(3);
        assertThat(isTaking()).isTrue();
    }
}
