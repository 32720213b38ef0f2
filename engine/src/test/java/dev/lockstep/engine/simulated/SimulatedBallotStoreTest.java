package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;
import dev.lockstep.storage.ballot.BallotStoreContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SimulatedBallotStoreTest extends BallotStoreContract {
    private final SimulatedRecord<BallotStore.Reading> file = SimulatedBallotStore.newFile();
    private final SimulatedDevice device = new SimulatedDevice();

    @Override
    protected BallotStore open() {
        return new SimulatedBallotStore(file, device, new Life());
    }

    @Test
    void onAFullDiskTheOldBallotStands() {
        Ballot ballot = Ballot.fresh(new Identity(1));
        open().write(ballot);
        device.full(true);
        assertThatThrownBy(() -> open().write(ballot.started())).isInstanceOf(StorageException.DiskFull.class);
        assertThat(open().read().ballot()).isEqualTo(ballot);
        device.full(false);
        open().write(ballot.started());
        assertThat(open().read().ballot()).isEqualTo(ballot.started());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenItsForceFailsTheOldBallotOrTheNewOneIsThere(boolean isThereAfterwards) {
        Ballot ballot = Ballot.fresh(new Identity(1));
        open().write(ballot);
        device.failNextForceOf(SmallFile.BALLOT, isThereAfterwards);
        assertThatThrownBy(() -> open().write(ballot.started())).isInstanceOf(StorageException.ForceFailed.class);
        assertThat(open().read().ballot()).isEqualTo(isThereAfterwards ? ballot.started() : ballot);
        open().write(ballot.started());
        assertThat(open().read().ballot()).isEqualTo(ballot.started());
    }
}
