package dev.lockstep.engine.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Role;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.Register;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data nodes 1 and 2, and node 3 with a ballot and a register of its own on the disk, and no log. */
final class WitnessOnDiskTest {
    @TempDir
    private Path directory;

    private static Register register(DiskCluster c) {
        return c.node(3).storage().register().read().register();
    }

    @Test
    void thePrimaryGoesOnAloneOnceTheWitnessHasForcedItAndItsRestartForgetsNothing() {
        try (DiskCluster c = DiskCluster.withWitness(directory)) {
            Identity one = c.replica(1).identity();
            Identity two = c.replica(2).identity();
            c.propose(1, 100);
            c.until(
                    "both data nodes are registered",
                    () -> register(c).names(one) && register(c).names(two));
            c.close(2);
            long alone = c.propose(1, 30_000);
            c.untilHas(1, alone);
            assertThat(register(c).names(one)).isTrue();
            assertThat(register(c).names(two)).isFalse();
            Register forced = register(c);

            c.close(1);
            c.kill(3);
            c.start(3);
            assertThat(register(c)).isEqualTo(forced);
            assertThat(c.replica(3).role()).isEqualTo(Role.WITNESS);
            c.start(2);
            c.pass(200);
            assertThat(c.replica(2).role()).as("node 2 lacks what is committed").isNotEqualTo(Role.PRIMARY);
            assertThat(c.node(3).journal().appendedIndex()).isZero();

            c.start(1);
            c.until("node 1 is primary again", () -> c.isPrimary(1));
            c.until("both data nodes are registered again", () -> register(c).names(two));
            c.checkEqual(1, 2);
        }
    }

    @Test
    void theWitnessElectsTheOneThatIsLeft() {
        try (DiskCluster c = DiskCluster.withWitness(directory)) {
            Identity two = c.replica(2).identity();
            long index = c.propose(1, 100);
            c.until("both data nodes are registered", () -> register(c).names(two));
            c.untilHas(2, index);
            c.kill(1);
            c.until("node 2 is primary", () -> c.isPrimary(2));
            index = c.propose(2, 100);
            c.untilHas(2, index);
            c.start(1);
            c.until("node 1 counts again", () -> register(c).names(c.replica(1).identity()));
            c.checkEqual(1, 2);
        }
    }
}
