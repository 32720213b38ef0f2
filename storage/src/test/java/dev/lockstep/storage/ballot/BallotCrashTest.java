package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.BallotStore.Reading;
import dev.lockstep.storage.ballot.CrashingDisk.Content;
import dev.lockstep.storage.ballot.CrashingDisk.Crash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BallotCrashTest {
    private static final Ballot OLD = Ballot.fresh(new Identity(1)).withTerm(0, 4);
    private static final Ballot NEW = OLD.withTerm(0, 5).withVotedFor(new Identity(2));
    private static final int OPERATIONS_OF_A_WRITE = 4;

    @TempDir
    private Path directory;

    /** Where a write dies, and what the power cut that comes with it takes away. */
    record Schedule(int operationsDone, Content content, boolean namesLost) {}

    static Stream<Schedule> schedules() {
        List<Schedule> all = new ArrayList<>();
        for (int done = 0; done <= OPERATIONS_OF_A_WRITE; done++) {
            for (Content content : Content.values()) {
                all.add(new Schedule(done, content, false));
                all.add(new Schedule(done, content, true));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void aCrashAnywhereInAWriteLeavesTheOldOrTheNewBallot(Schedule schedule) throws IOException {
        FileBallotStore.open(directory, Disk.system()).write(OLD);

        boolean returned = writeAndDie(schedule);

        assertThat(nextStart()).isIn(Reading.sound(OLD), Reading.sound(NEW));
        if (returned) {
            assertThat(nextStart()).isEqualTo(Reading.sound(NEW));
        }
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void aCrashAnywhereInTheFirstWriteLeavesNoBallotOrTheNewOne(Schedule schedule) throws IOException {
        boolean returned = writeAndDie(schedule);

        assertThat(nextStart()).isIn(Reading.absent(), Reading.sound(NEW));
        if (returned) {
            assertThat(nextStart()).isEqualTo(Reading.sound(NEW));
        }
    }

    @Test
    void aBallotThatAStartHasReadSurvivesThePowerCutThatComesNext() throws IOException {
        FileBallotStore.open(directory, Disk.system()).write(OLD);
        CrashingDisk disk = new CrashingDisk(directory);
        BallotStore store = FileBallotStore.open(directory, disk);
        disk.crashAfter(OPERATIONS_OF_A_WRITE - 1);
        assertThatThrownBy(() -> store.write(NEW)).isInstanceOf(Crash.class);
        disk.crashAfter(Integer.MAX_VALUE);

        Reading seen = FileBallotStore.open(directory, disk).read();
        disk.powerCut(Content.ZEROS, true);

        assertThat(seen).isEqualTo(Reading.sound(NEW));
        assertThat(nextStart()).isEqualTo(seen);
    }

    private boolean writeAndDie(Schedule schedule) throws IOException {
        CrashingDisk disk = new CrashingDisk(directory);
        BallotStore store = FileBallotStore.open(directory, disk);
        disk.crashAfter(schedule.operationsDone);
        boolean returned = schedule.operationsDone == OPERATIONS_OF_A_WRITE;
        if (returned) {
            store.write(NEW);
        } else {
            assertThatThrownBy(() -> store.write(NEW)).isInstanceOf(Crash.class);
        }
        disk.powerCut(schedule.content, schedule.namesLost);
        return returned;
    }

    private Reading nextStart() {
        return FileBallotStore.open(directory, Disk.system()).read();
    }
}
