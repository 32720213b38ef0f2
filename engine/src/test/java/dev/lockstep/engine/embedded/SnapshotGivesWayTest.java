package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.Position;
import dev.lockstep.engine.Role;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Elections while a state is saved that would take for ever: no test here ends unless the state gives way. */
@Timeout(120)
final class SnapshotGivesWayTest {
    @TempDir
    private Path directory;

    private final Map<String, SlowSaver> states = new HashMap<>();
    private EngineTrio trio;

    @BeforeEach
    void open() {
        trio = new EngineTrio(directory).with(MemberProcess::set);
        for (String name : EngineTrio.NAMES) {
            states.put(name, new SlowSaver());
            trio.start(name, states.get(name));
        }
    }

    @AfterEach
    void close() {
        states.values().forEach(each -> each.isSlow = false);
        trio.close();
    }

    private CompletableFuture<Position> saveForEver(String name) {
        states.get(name).isSlow = true;
        CompletableFuture<Position> asked = trio.engine(name).snapshot();
        trio.await("it saves", () -> states.get(name).begun.get() > 0);
        return asked;
    }

    @Test
    void aStandbyThatIsToTakeOverDoesNotFinishItsSnapshotFirst() {
        trio.add(1);
        Engine primary = trio.primary();
        String saver = trio.standby();
        CompletableFuture<Position> asked = saveForEver(saver);
        for (int i = 2; i <= 10; i++) {
            trio.add(i);
        }
        primary.transfer(saver).join();
        trio.await("it has taken over", () -> trio.engine(saver).status().role() == Role.PRIMARY);
        states.get(saver).isSlow = false; // or it would begin anew, for somebody has asked for it
        assertThat(trio.add(11).position().index()).isPositive();
        assertThat(states.get(saver).givenUp.get()).isPositive();
        assertThat(asked.join().index())
                .as("it is taken in the end")
                .isEqualTo(trio.engine(saver).status().snapshotIndex());
        trio.awaitAgreement();
    }

    private void assertNothingHalfIsLeft() {
        assertThat(states.keySet())
                .allSatisfy(name -> assertThat(KeptFiles.aside(directory.resolve(name), ".partial"))
                        .as("on node %s", name)
                        .isEmpty());
    }

    @Test
    void aPrimaryThatIsKilledWhileStandbysSaveIsSucceededAndAllGoOn() {
        trio.add(1);
        String killed = trio.standby();
        List<CompletableFuture<Position>> asked;
        try (MemberProcess primary =
                MemberProcess.takeOver(trio, killed, directory.resolve(killed), states.remove(killed))) {
            asked = states.keySet().stream().map(this::saveForEver).toList();
            assertThat(primary.isPrimary(trio)).as("it is not to give way yet").isTrue();
            primary.kill();
        }
        trio.await("one has given way", () -> states.values().stream().anyMatch(each -> each.givenUp.get() > 0));
        String next = trio.primary().status().node();
        states.get(next).isSlow = false; // or it would begin anew, for somebody has asked for it
        for (int i = 2; i <= 10; i++) {
            trio.add(i);
        }
        assertThat(states.get(next).givenUp.get()).isPositive();
        states.values().forEach(each -> each.isSlow = false);
        asked.forEach(each ->
                assertThat(each.join().index()).as("it is taken in the end").isPositive());
        assertNothingHalfIsLeft();
        states.put(killed, new SlowSaver());
        trio.start(killed, states.get(killed));
        trio.add(11);
        trio.awaitAgreement();
        for (String name : EngineTrio.NAMES) {
            long applied = trio.engine(name).status().appliedIndex();
            assertThat(trio.engine(name).snapshot().join().index())
                    .as("a later one of node %s", name)
                    .isGreaterThanOrEqualTo(applied);
        }
        assertNothingHalfIsLeft();
    }
}
