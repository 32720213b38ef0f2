package dev.lockstep.storage.ballot;

import static dev.lockstep.storage.ballot.CrashingDisk.Operation.FORCE;
import static dev.lockstep.storage.ballot.CrashingDisk.Operation.FORCE_DIRECTORY;
import static dev.lockstep.storage.ballot.CrashingDisk.Operation.RENAME;
import static dev.lockstep.storage.ballot.CrashingDisk.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.CrashingDisk.Content;
import dev.lockstep.storage.ballot.CrashingDisk.Crash;
import dev.lockstep.storage.ballot.RegisterStore.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a register has in common with a ballot on disk is tested there too, at more length. */
class FileRegisterStoreTest extends RegisterStoreContract {
    private static final Register OLD = new Register(0, 4, 1, new Identity(1), new Identity(2));
    private static final Register NEW = new Register(0, 4, 2, new Identity(1), Identity.NONE);

    @TempDir
    private Path directory;

    private CrashingDisk disk;

    @BeforeEach
    void openTheDisk() throws IOException {
        disk = new CrashingDisk(directory);
    }

    @Override
    protected RegisterStore open() {
        return FileRegisterStore.open(directory, disk);
    }

    @Test
    void theNewRegisterIsForcedBeforeItGetsItsNameAndTheNameBeforeTheWriteReturns() {
        RegisterStore store = open();
        disk.takeOperations();
        store.write(NEW);
        assertThat(disk.takeOperations()).containsExactly(WRITE, FORCE, RENAME, FORCE_DIRECTORY);
        assertThat(directory.resolve("register")).exists();
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "3", "4"})
    void aCrashAnywhereInAWriteLeavesTheOldOrTheNewRegister(int operationsDone) throws IOException {
        for (Content content : Content.values()) {
            for (boolean namesLost : new boolean[] {false, true}) {
                FileRegisterStore.open(directory, Disk.system()).write(OLD);
                CrashingDisk crashing = new CrashingDisk(directory);
                RegisterStore store = FileRegisterStore.open(directory, crashing);
                crashing.crashAfter(operationsDone);
                boolean returned = operationsDone == 4;
                if (returned) {
                    store.write(NEW);
                } else {
                    assertThatThrownBy(() -> store.write(NEW)).isInstanceOf(Crash.class);
                }
                crashing.powerCut(content, namesLost);

                Reading left = FileRegisterStore.open(directory, Disk.system()).read();
                assertThat(left).isIn(Reading.sound(returned ? NEW : OLD), Reading.sound(NEW));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FORCE", "RENAME", "FORCE_DIRECTORY"})
    void afterARefusedForceNoFurtherRegisterIsTakenNorAnyReadTrusted(CrashingDisk.Operation refused) {
        RegisterStore store = open();
        store.write(OLD);
        disk.refuse(refused, new IOException("input/output error"));
        assertThatThrownBy(() -> store.write(NEW))
                .isInstanceOf(StorageException.ForceFailed.class)
                .hasMessageContaining(directory.resolve("register").toString());

        disk.refuse(null, null);
        assertThatThrownBy(() -> store.write(NEW))
                .isInstanceOf(StorageException.ForceFailed.class)
                .hasMessageContaining("earlier write");
        assertThatThrownBy(store::read).isInstanceOf(StorageException.ForceFailed.class);
    }

    @Test
    void whenAFullDiskHasRoomAgainTheRegisterIsTaken() {
        RegisterStore store = open();
        store.write(OLD);
        disk.refuse(WRITE, new IOException("No space left on device"));
        assertThatThrownBy(() -> store.write(NEW)).isInstanceOf(StorageException.DiskFull.class);
        assertThat(store.read()).isEqualTo(Reading.sound(OLD));

        disk.refuse(null, null);
        store.write(NEW);
        assertThat(open().read()).isEqualTo(Reading.sound(NEW));
    }

    @Test
    void aRegisterThatCannotBeReadIsNotTakenForAMissingOne() throws IOException {
        Files.createDirectory(directory.resolve("register"));
        RegisterStore store = FileRegisterStore.open(directory, Disk.system());
        assertThatThrownBy(store::read)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("the register")
                .hasMessageContaining("cannot be read");
    }
}
