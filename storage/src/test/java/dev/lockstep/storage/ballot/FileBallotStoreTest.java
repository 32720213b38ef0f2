package dev.lockstep.storage.ballot;

import static dev.lockstep.storage.ballot.CrashingDisk.Operation.DELETE;
import static dev.lockstep.storage.ballot.CrashingDisk.Operation.FORCE;
import static dev.lockstep.storage.ballot.CrashingDisk.Operation.FORCE_DIRECTORY;
import static dev.lockstep.storage.ballot.CrashingDisk.Operation.RENAME;
import static dev.lockstep.storage.ballot.CrashingDisk.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.BallotStore.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FileBallotStoreTest extends BallotStoreContract {
    private static final Ballot OLD = Ballot.fresh(new Identity(1)).withTerm(0, 4);
    private static final Ballot NEW = OLD.withTerm(0, 5).withVotedFor(new Identity(2));

    @TempDir
    private Path directory;

    private CrashingDisk disk;

    @BeforeEach
    void openTheDisk() throws IOException {
        disk = new CrashingDisk(directory);
    }

    @Override
    protected BallotStore open() {
        return FileBallotStore.open(directory, disk);
    }

    @Test
    void theNewBallotIsForcedBeforeItGetsItsNameAndTheNameBeforeTheWriteReturns() {
        BallotStore store = open();
        disk.takeOperations();
        store.write(NEW);
        assertThat(disk.takeOperations()).containsExactly(WRITE, FORCE, RENAME, FORCE_DIRECTORY);
    }

    @Test
    void whatAnInterruptedWriteLeftIsRemovedAndNeverRead() throws IOException {
        open().write(OLD);
        Path leftover = directory.resolve("ballot.new");
        Files.write(leftover, BallotCodec.encode(NEW).array());

        BallotStore store = open();

        assertThat(leftover).doesNotExist();
        assertThat(store.read()).isEqualTo(Reading.sound(OLD));
        store.write(NEW);
        assertThat(store.read()).isEqualTo(Reading.sound(NEW));
    }

    @ParameterizedTest
    @EnumSource(names = {"FORCE", "RENAME", "FORCE_DIRECTORY"})
    void afterARefusedForceNoFurtherBallotIsTakenNorAnyReadTrusted(CrashingDisk.Operation refused) {
        BallotStore store = open();
        store.write(OLD);
        IOException said = new IOException("input/output error");
        disk.refuse(refused, said);

        assertThatThrownBy(() -> store.write(NEW))
                .isInstanceOf(StorageException.ForceFailed.class)
                .hasMessageContaining(directory.resolve("ballot").toString())
                .hasCause(said);

        disk.refuse(null, null);
        disk.takeOperations();
        assertThatThrownBy(() -> store.write(NEW))
                .isInstanceOf(StorageException.ForceFailed.class)
                .hasMessageContaining("earlier write")
                .hasRootCause(said);
        assertThat(disk.takeOperations()).isEmpty();
        assertThatThrownBy(store::read).isInstanceOf(StorageException.ForceFailed.class);
    }

    @Test
    void aDeviceThatRefusesToWriteIsNotMistakenForAFullOne() {
        BallotStore store = open();
        disk.refuse(WRITE, new IOException("input/output error"));
        assertThatThrownBy(() -> store.write(NEW)).isInstanceOf(StorageException.ForceFailed.class);
    }

    @Test
    void whenAFullDiskHasRoomAgainTheBallotIsTaken() {
        BallotStore store = open();
        store.write(OLD);
        disk.refuse(WRITE, new IOException("No space left on device"));
        assertThatThrownBy(() -> store.write(NEW))
                .isInstanceOf(StorageException.DiskFull.class)
                .hasMessageContaining(directory.toString());
        assertThat(store.read()).isEqualTo(Reading.sound(OLD));

        disk.refuse(null, null);
        store.write(NEW);
        assertThat(open().read()).isEqualTo(Reading.sound(NEW));
    }

    @Test
    void aFullDiskIsRecognisedInAnyLanguage() {
        BallotStore store = open();
        disk.usableBytes(0);
        disk.refuse(WRITE, new IOException("Auf dem Gerät ist kein Speicherplatz mehr verfügbar"));
        assertThatThrownBy(() -> store.write(NEW)).isInstanceOf(StorageException.DiskFull.class);
    }

    @Test
    void aForceIsNeverTakenForAFullDisk() {
        BallotStore store = open();
        disk.usableBytes(0);
        disk.refuse(FORCE, new IOException("No space left on device"));
        assertThatThrownBy(() -> store.write(NEW)).isInstanceOf(StorageException.ForceFailed.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"DELETE", "FORCE_DIRECTORY"})
    void aDeviceThatRefusesAtTheStartIsReported(CrashingDisk.Operation refused) {
        disk.refuse(refused, new IOException("input/output error"));
        assertThatThrownBy(this::open)
                .isInstanceOf(StorageException.ForceFailed.class)
                .hasMessageContaining(directory.toString());
    }

    @Test
    void aStartMakesDurableWhatItWillRead() {
        disk.takeOperations();
        open();
        assertThat(disk.takeOperations()).containsExactly(DELETE, FORCE_DIRECTORY);
    }

    @Test
    void aBallotThatCannotBeReadIsNotTakenForAMissingOne() throws IOException {
        Files.createDirectory(directory.resolve("ballot"));
        BallotStore store = FileBallotStore.open(directory, Disk.system());
        assertThatThrownBy(store::read).isInstanceOf(StorageException.class).hasMessageContaining("cannot be read");
    }
}
