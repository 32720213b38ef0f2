package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Follower;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Snapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All nodes of a cluster tell the same, whoever is the primary. */
@Timeout(180)
final class FollowInClusterTest {

    @TempDir
    private Path directory;

    private final Map<String, FollowedAdder> states = new HashMap<>();
    private EngineTrio trio;

    private void startAll(Mode mode, Snapshot snapshots) {
        trio = new EngineTrio(directory)
                .with(builder -> builder.segmentBytes(512 << 10)
                        .maxCommandBytes(1024)
                        .snapshots(snapshots)
                        .mode(mode));
        EngineTrio.NAMES.forEach(this::start);
    }

    @AfterEach
    void close() {
        trio.close();
    }

    private void start(String name) {
        states.put(name, new FollowedAdder());
        trio.start(name, states.get(name));
    }

    private void tell(Follower follower, List<String> told, int count) {
        trio.await("all is told", () -> {
            follower.poll(1_000);
            return told.size() >= count;
        });
        assertThat(told).hasSize(count);
    }

    private List<String> toldBy(String name, long fromIndex, int count) {
        List<String> told = new ArrayList<>();
        try (Follower follower =
                trio.engine(name).follow(fromIndex, command -> told.add(FollowedAdder.describe(command)))) {
            tell(follower, told, count);
        }
        return told;
    }

    @Test
    void everyNodeTellsTheSameAlsoOneThatHasGotItsStateInASnapshot() {
        startAll(Mode.SYNC, Snapshot.every(3_000));
        trio.submit(1_000);
        trio.awaitAgreement();
        String away = trio.standby();
        trio.close(away);
        while (trio.primary().status().baseIndex() == 0) {
            trio.submit(3_000);
        }
        start(away);
        trio.awaitAgreement();
        String primary = trio.primary().status().node();
        // A snapshot may still be due, but not two of them: no log is cut behind the newest one that is here now.
        long first = trio.running().stream()
                        .mapToLong(each -> each.status().snapshotIndex())
                        .max()
                        .orElseThrow()
                + 1;
        trio.submit(1_000);
        trio.awaitAgreement();
        List<String> given = states.get(primary).given().stream()
                .filter(each -> Long.parseLong(each.substring(0, each.indexOf(' '))) >= first)
                .toList();
        for (String name : EngineTrio.NAMES) {
            assertThat(toldBy(name, first, given.size())).as("node %s", name).isEqualTo(given);
        }
        assertThatThrownBy(() -> trio.engine(away).follow(1, command -> {}))
                .isInstanceOf(EngineException.Compacted.class);
    }

    @Test
    void whoHasFollowedANodeGoesOnWithAnotherOneAfterAFailover() {
        startAll(Mode.SYNC, Snapshot.never());
        trio.submit(500);
        String first = trio.primary().status().node();
        List<String> told = new ArrayList<>();
        long next;
        try (Follower follower = trio.engine(first).follow(1, command -> told.add(FollowedAdder.describe(command)))) {
            tell(follower, told, 500);
            next = follower.nextIndex();
        }
        trio.close(first);
        trio.submit(500);
        start(first);
        trio.awaitAgreement();
        for (String name : EngineTrio.NAMES) {
            List<String> all = new ArrayList<>(told);
            all.addAll(toldBy(name, next, 500));
            assertThat(all).hasSize(1_000).isEqualTo(toldBy(name, 1, 1_000));
        }
        assertThat(states.get(first).given()).isEqualTo(toldBy(first, 1, 1_000));
    }

    /** PROTOCOL F: what a primary has applied alone is told by nobody, and what the others put in its place is. */
    @Test
    void whatAPrimaryInAsyncHasAppliedAheadIsNotTold() {
        startAll(Mode.ASYNC, Snapshot.never());
        trio.submit(200);
        trio.awaitAgreement();
        String primary = trio.primary().status().node();
        List<String> told = new ArrayList<>();
        Follower follower = trio.engine(primary).follow(1, command -> told.add(FollowedAdder.describe(command)));
        tell(follower, told, 200);
        List<String> others =
                EngineTrio.NAMES.stream().filter(name -> !name.equals(primary)).toList();
        others.forEach(trio::close);
        for (int i = 0; i < 300; i++) {
            trio.engine(primary).submit(Adder.number(7), Ack.LOCAL_APPENDED).join();
        }
        trio.await("all is applied ahead", () -> states.get(primary).given().size() == 500);
        for (int i = 0; i < 10; i++) {
            assertThat(follower.poll(100)).isZero();
        }
        trio.close(primary);
        assertThatThrownBy(() -> follower.poll(100)).isInstanceOf(EngineException.Closed.class);
        others.forEach(this::start);
        trio.submit(100);
        long next = follower.nextIndex();
        start(primary);
        trio.awaitAgreement();
        List<String> given = states.get(others.get(0)).given();
        assertThat(given).hasSize(300);
        told.addAll(toldBy(primary, next, 100));
        assertThat(told).isEqualTo(given);
        for (String name : EngineTrio.NAMES) {
            assertThat(toldBy(name, 1, 300)).as("node %s", name).isEqualTo(given);
        }
    }
}
