package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.ActRefused;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Safety lines 11 and 28: a snapshot that is on its way to a node, or is there and not installed, while an epoch is founded.
 * Node 3 lacks what nodes 1 and 2 have committed, and node 1 keeps only in a snapshot.
 */
final class SafetyOfSnapshotsTest {
    private static final int ALWAYS = 1000;
    private static final int CHUNKS = 5;

    private final ScriptedCluster c = ScriptedCluster.of(3);
    private final FrameRef snapshot = commitWithoutNode3();

    private FrameRef commitWithoutNode3() {
        c.reign(1, 2, 3);
        c.flushAll();
        c.kill(3);
        for (int i = 0; i < 8; i++) {
            c.commit(1);
        }
        c.flush(1);
        FrameRef committed = c.snapshot(1);
        c.compact(1, committed);
        return committed;
    }

    /** Node 3 gets the first chunks, and what node 1 sends afterwards is on its way. */
    private void chunksComeTo3(int count, Runnable beforeTheLast) {
        c.start(3);
        c.hold(1, 3);
        int chunks = 0;
        for (int i = 0; i < 100 && chunks < count; i++) {
            c.pass(10);
            for (ScriptedLetter each : c.links.takeAll(1, 3)) {
                chunks += each.is(Kind.CHUNK) ? 1 : 0;
                if (chunks == count) {
                    beforeTheLast.run();
                }
                c.deliver(each);
            }
        }
        assertThat(chunks).isEqualTo(count);
    }

    /** Node 3 gets all chunks, and its device does not answer yet. */
    private void allChunksComeTo3() {
        chunksComeTo3(CHUNKS, () -> answersOfDeviceAt3(ALWAYS));
        assertThat(c.disk(3).snapshots()).isEmpty();
    }

    private void answersOfDeviceAt3(int laterPerMille) {
        c.node(3).started.snapshots().answerLater(new SplittableRandom(1), laterPerMille);
    }

    /** Node 3 keeps the snapshot, and has no room to let its log begin behind it. */
    private void snapshotWaitsAt3(boolean isRoomForFrames) {
        c.start(3);
        c.disk(3).device().logFull(!isRoomForFrames);
        c.disk(3).device().nextSegmentFull(isRoomForFrames);
        c.pass(400);
        assertThat(c.disk(3).snapshots()).hasSize(1);
        assertThat(c.disk(3).base()).isEqualTo(FrameRef.ORIGIN);
    }

    private void thereIsRoomAt3() {
        c.disk(3).device().logFull(false);
        c.disk(3).device().nextSegmentFull(false);
    }

    /** Nodes 2 and 3 are left, and node 2 has not flushed what it acknowledged. */
    private void node1IsLostAndNode2LosesPower() {
        c.kill(1);
        c.release(1, 3);
        c.powerCut(2);
        c.start(2);
        assertThat(c.replica(2).isRecovering()).isTrue();
        c.tick(200);
    }

    private void passAndFlush(int times) {
        for (int i = 0; i < times; i++) {
            c.pass(10);
            c.flushAll();
        }
    }

    private void checkThatBothGoOnAsOne() {
        passAndFlush(100);
        int primary = c.replica(2).role() == Role.PRIMARY ? 2 : 3;
        assertThat(c.replica(primary).role()).isEqualTo(Role.PRIMARY);
        assertThat(c.replica(primary).term().epoch()).isGreaterThan(1);
        long index = c.propose(primary);
        passAndFlush(100);
        assertThat(c.commitOf(primary)).isGreaterThanOrEqualTo(index);
        assertThat(c.last(3)).isEqualTo(c.last(2));
        c.checkOneHistory();
    }

    @Test
    void aSnapshotOfTheParentDoesNotReplaceTheLogOfAnEpochThatWasFoundedMeanwhile() {
        allChunksComeTo3();
        c.kill(1);
        c.kill(2);
        c.release(1, 3);
        c.tick(200);
        c.act(3, replica -> replica.acts().promote(List.of(1, 2)));
        passAndFlush(10);
        assertThat(c.replica(3).role()).isEqualTo(Role.PRIMARY);
        long index = c.propose(3);
        passAndFlush(5);
        assertThat(c.commitOf(3)).isGreaterThanOrEqualTo(index);
        FrameRef committed = c.disk(3).holding(index);
        assertThat(index).isLessThan(snapshot.index());
        answersOfDeviceAt3(0);
        c.pass(50);
        c.restart(3);
        c.pass(50);
        assertThat(c.disk(3).holds(committed)).isTrue();
    }

    @Test
    void aSnapshotOfTheParentIsNotInstalledByWhoHasGoneOnInTheNewEpoch() {
        allChunksComeTo3();
        node1IsLostAndNode2LosesPower();
        c.act(2, replica -> replica.acts().promote(List.of(1)));
        passAndFlush(6);
        assertThat(c.replica(3).term().epoch())
                .isEqualTo(c.replica(2).term().epoch())
                .isGreaterThan(1);
        answersOfDeviceAt3(0);
        checkThatBothGoOnAsOne();
    }

    /** Nobody else has what is in it: whoever is asked what it holds answers when the log begins behind it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSnapshotThatWaitsForRoomCountsAsWhatItsNodeHolds(boolean isRoomForFrames) {
        snapshotWaitsAt3(isRoomForFrames);
        node1IsLostAndNode2LosesPower();
        c.act(2, replica -> replica.acts().promote(List.of(1)));
        passAndFlush(50);
        assertThat(c.sentBy(3, Kind.PROMISE_REPLY)).isEmpty();
        assertThat(c.replica(2).term().epoch()).isEqualTo(1);
        thereIsRoomAt3();
        checkThatBothGoOnAsOne();
        assertThat(c.disk(3).base()).isEqualTo(snapshot);
    }

    /** There is room for the frame that would found the epoch, and none for the note that the log begins elsewhere. */
    @Test
    void noEpochIsFoundedOnALogThatIsAboutToBeginBehindASnapshot() {
        snapshotWaitsAt3(true);
        c.kill(1);
        c.kill(2);
        c.tick(200);
        FrameRef last = c.last(3);
        assertThatThrownBy(() -> c.replica(3).acts().promote(List.of(1, 2)))
                .isInstanceOf(ActRefused.class)
                .hasMessageContaining("try again when it is installed");
        assertThat(c.last(3)).isEqualTo(last);
        thereIsRoomAt3();
        c.tick(10);
        c.act(3, replica -> replica.acts().promote(List.of(1, 2)));
        passAndFlush(10);
        assertThat(c.replica(3).role()).isEqualTo(Role.PRIMARY);
        assertThat(c.disk(3).base()).isEqualTo(snapshot);
    }

    @Test
    void whoHasGoneOnInTheNewEpochFetchesNothingOfTheParent() {
        chunksComeTo3(2, () -> {});
        node1IsLostAndNode2LosesPower();
        c.act(2, replica -> replica.acts().promote(List.of(1)));
        checkThatBothGoOnAsOne();
        int before = c.sentBy(3, Kind.CHUNK_REQUEST).size();
        c.pass(1_000);
        assertThat(c.sentBy(3, Kind.CHUNK_REQUEST)).hasSize(before);
    }

    /** The primary has replaced it, and offers the newer one only in a while. */
    @Test
    void whoAsksForASnapshotThatNobodyKeepsAsksNowAndThen() {
        chunksComeTo3(2, () -> {});
        for (int i = 0; i < 2; i++) {
            c.commit(1);
            c.flush(1);
            c.snapshot(1);
        }
        int before = c.sentBy(3, Kind.CHUNK_REQUEST).size();
        c.release(1, 3);
        c.tick(10);
        c.deliverAll();
        assertThat(c.sentBy(3, Kind.CHUNK_REQUEST).size() - before).isLessThan(3);
        c.pass(1_000);
        assertThat(c.last(3)).isEqualTo(c.last(1));
        assertThat(c.sentBy(3, Kind.CHUNK_REQUEST).size() - before).isLessThan(30);
    }

    /**
     * Its log goes on beside what is committed, beyond what the snapshot includes: nothing of it is committed, though the
     * node has forgotten how far the commit was, and knows from the snapshot how far it must have been.
     */
    @Test
    void aSnapshotThatIsNotInstalledSaysNothingOfTheLogAfterAPowerCut() {
        ScriptedCluster other = ScriptedCluster.of(3);
        other.reign(3, 1, 2);
        other.flushAll();
        other.isolate(3);
        for (int i = 0; i < 20; i++) {
            other.propose(3);
        }
        other.flush(3);
        FrameRef besides = other.last(3);
        other.elect(1, 2);
        for (int i = 0; i < 8; i++) {
            other.commit(1);
        }
        other.flushAll();
        FrameRef committed = other.snapshot(1);
        assertThat(committed.index()).isLessThan(besides.index());
        other.compact(1, committed);
        other.disk(3).device().nextSegmentFull(true);
        other.rejoin(3);
        other.pass(400);
        assertThat(other.disk(3).snapshots()).extracting(SnapshotManifest::last).contains(committed);
        assertThat(other.last(3)).isEqualTo(besides);
        other.powerCut(3);
        other.start(3);
        assertThat(other.last(3)).isEqualTo(besides);
        assertThat(other.commitOf(3)).isLessThan(committed.index());
        other.disk(3).device().nextSegmentFull(false);
        other.pass(400);
        assertThat(other.last(3)).isEqualTo(other.last(1));
        other.checkOneHistory();
    }

    /** Between the promise and the epoch nothing may come in that the founder has not heard of. */
    @Test
    void whoHasSaidWhatItHoldsHoldsNoMoreBeforeTheEpochIsBorn() {
        allChunksComeTo3();
        node1IsLostAndNode2LosesPower();
        c.act(2, replica -> replica.acts().promote(List.of(1)));
        c.pass(30);
        assertThat(c.sentBy(3, Kind.PROMISE_REPLY)).isNotEmpty();
        assertThat(c.replica(2).term().epoch()).isEqualTo(1);
        answersOfDeviceAt3(0);
        c.pass(50);
        assertThat(c.disk(3).snapshots()).isEmpty();
        assertThat(c.disk(3).base()).isEqualTo(FrameRef.ORIGIN);
        checkThatBothGoOnAsOne();
    }
}
