package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.StandbyStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What three engines do for whoever embeds them, over a real network and real disks. */
@Timeout(180)
final class EngineClusterTest {
    private static final long POISON = 99;

    @TempDir
    Path directory;

    private EngineTrio trio;

    @BeforeEach
    void open() {
        trio = new EngineTrio(directory);
    }

    @AfterEach
    void close() {
        trio.close();
    }

    @Test
    void eachNodeSeesWhatWasWrittenAndAPrimaryKnowsItsStandbys() {
        trio.startAll();
        Reply reply = trio.add(5);
        for (String name : EngineTrio.NAMES) {
            for (ReadConsistency each :
                    List.of(ReadConsistency.LINEARIZABLE, ReadConsistency.atLeast(reply.position()))) {
                assertThat(trio.engine(name)
                                .read(each, () -> trio.state(name).total)
                                .join()
                                .value())
                        .as("%s on %s", each, name)
                        .isEqualTo(5L);
            }
        }
        EngineStatus status = trio.primary().status();
        trio.await("both standbys are live and have all", () -> {
            List<StandbyStatus> standbys = trio.primary().status().standbys();
            return standbys.size() == 2 && standbys.stream().allMatch(each -> each.isLive() && each.lagIndexes() == 0);
        });
        assertThat(status.members()).hasSize(3);
        assertThat(status.stateMachineVersion()).isOne();
        assertThat(status.isWithoutQuorum()).isFalse();
        assertThat(trio.engine(trio.standby()).status().standbys()).isEmpty();
        trio.close(trio.standby());
        trio.await(
                "one standby is gone",
                () -> trio.primary().status().standbys().stream().anyMatch(each -> !each.isLive()));
    }

    /** Safety 32, with real appliers: they stop, journal and votes go on; then the command is skipped, by replays too. */
    @Test
    void aCommandThatNoNodeCanApplyStopsAllAppliersUntilItIsSkipped() {
        EngineTrio.NAMES.forEach(name -> trio.start(name, new Adder().withPoison(POISON)));
        trio.add(1);
        Engine primary = trio.primary();
        long term = primary.status().term();
        CompletableFuture<Reply> poisoned = primary.submit(Adder.number(POISON));
        assertThatThrownBy(poisoned::join).isInstanceOf(CompletionException.class);
        trio.await(
                "all appliers have stopped",
                () -> trio.running().stream().allMatch(each -> each.status().applierFailure() != null));
        long index = primary.status().applierFailureIndex();
        assertThat(trio.running()).allMatch(each -> each.status().applierFailureIndex() == index);
        assertThat(trio.running()).allMatch(each -> each.status().failure() == null);
        trio.await(
                "it is told",
                () -> primary.status().errors().stream().anyMatch(each -> each.contains("has thrown at index")));
        assertThat(primary.status().applierFailure()).isInstanceOf(EngineException.ApplyFailed.class);
        assertThat(primary.status().isOpen()).isFalse();
        assertThat(primary.status().role()).isEqualTo(Role.PRIMARY);
        assertThat(primary.status().term()).isEqualTo(term);

        String standby = EngineTrio.NAMES.stream()
                .filter(name -> trio.engine(name) != primary)
                .findFirst()
                .orElseThrow();
        trio.close(standby);
        trio.start(standby, new Adder().withPoison(POISON));
        trio.await(
                "the replay stops there too",
                () -> trio.engine(standby).status().applierFailureIndex() == index);

        assertThatThrownBy(() -> primary.skip(index + 1_000, "it is not there").join())
                .hasCauseInstanceOf(EngineException.ActRefused.class)
                .hasMessageContaining("is not committed");
        primary.skip(index, "this number cannot be added").join();
        trio.await(
                "all apply again",
                () -> trio.running().stream().allMatch(each -> each.status().applierFailure() == null));
        assertThat(trio.add(2).payload().getLong(0)).isEqualTo(3);
        trio.awaitAgreement();
        String agreed = trio.state("a").describe();

        trio.close();
        trio.startAll(); // with state machines that could apply it
        trio.await("somebody is open", () -> trio.primary() != null);
        trio.awaitAgreement();
        assertThat(trio.state("a").describe()).isEqualTo(agreed);
        assertThat(trio.add(4).payload().getLong(0)).isEqualTo(7);
    }

    /** It has an address, where others may join it again. */
    @Test
    void aClusterThatHasOneVoterLeftIsNoNodeThatIsAlone() {
        trio.startAll();
        trio.add(1);
        String left = trio.primary().status().node();
        for (String each : EngineTrio.NAMES) {
            if (!each.equals(left)) {
                trio.close(each);
                trio.primary().remove(each, true).join();
            }
        }
        trio.close(left);
        trio.start(left, new Adder());
        assertThat(trio.add(2).payload().getLong(0)).isEqualTo(3);
        assertThat(trio.primary().status().members()).hasSize(1);
    }

    /** What one node could not apply, and the others could. */
    @Test
    void whoHasAppliedWhatIsSkippedRebuildsItsStateWithoutIt() {
        trio.startAll();
        trio.add(1);
        String standby = trio.standby();
        trio.state(standby).poison = POISON;
        long index = trio.add(POISON).index();
        assertThat(trio.add(2).payload().getLong(0)).isEqualTo(POISON + 3);
        trio.await(
                "one applier has stopped", () -> trio.engine(standby).status().applierFailureIndex() == index);
        trio.primary().skip(index, "one node is enough").join();
        assertThat(trio.add(4).payload().getLong(0)).isEqualTo(7);
        trio.awaitAgreement();
        assertThat(trio.state(standby).total).isEqualTo(7);
    }

    @Test
    void aRollingUpgradeChangesTheBehaviourOnAllNodesAtOneIndex() {
        trio.startAll();
        trio.add(1);
        for (String name : EngineTrio.NAMES) {
            assertThat(trio.add(10).outcome()).isEqualTo(Outcome.APPLIED);
            trio.close(name);
            trio.add(100);
            trio.start(name, new Adder(2));
            trio.awaitAgreement();
        }
        trio.await("version 2 is active", () -> trio.primary().status().stateMachineVersion() == 2);
        long before = trio.add(0).payload().getLong(0);
        assertThat(trio.add(1_000).payload().getLong(0)).isEqualTo(before + 2_000);
        trio.awaitAgreement();
        String agreed = trio.state("a").describe();

        trio.close();
        EngineTrio.NAMES.forEach(name -> trio.start(name, new Adder(2)));
        trio.awaitAgreement();
        assertThat(trio.state("b").describe()).as("replayed by the new code").isEqualTo(agreed);

        String standby = trio.standby();
        trio.close(standby);
        trio.start(standby, new Adder(1));
        trio.await(
                "old code stops to apply", () -> trio.engine(standby).status().applierFailure() != null);
        assertThat(trio.engine(standby).status().applierFailure())
                .hasMessageContaining("is of version 2")
                .hasMessageContaining("versions up to 1");
        assertThat(trio.add(1).outcome()).isEqualTo(Outcome.APPLIED);
    }

    @Test
    void operatorsChangeWhoServesAndHow() {
        trio.startAll();
        trio.add(1);
        String standby = trio.standby();
        trio.primary().transfer(standby).join();
        trio.await("the other one serves", () -> trio.primary().status().node().equals(standby));
        assertThat(trio.add(2).payload().getLong(0)).isEqualTo(3);

        trio.primary().setMode(Mode.ASYNC).join();
        assertThat(trio.primary().status().mode()).isEqualTo(Mode.ASYNC);
        trio.primary().setMode(Mode.SYNC).join();

        String leaver = trio.standby();
        trio.primary().remove(leaver, false).join();
        assertThat(trio.primary().status().members()).hasSize(2);
        trio.close(leaver);
        assertThat(trio.add(3).payload().getLong(0)).isEqualTo(6);
        assertThatThrownBy(() -> trio.primary().makeVoter(leaver).join())
                .hasCauseInstanceOf(EngineException.ActRefused.class);
        assertThatThrownBy(() -> trio.engine(trio.standby()).setMode(Mode.ASYNC).join())
                .hasCauseInstanceOf(EngineException.ActRefused.class)
                .hasMessageContaining("not the primary");
    }
}
