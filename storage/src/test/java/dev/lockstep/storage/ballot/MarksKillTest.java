package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.ChildJvm;
import dev.lockstep.storage.Disk;
import java.io.BufferedReader;
import java.nio.file.Path;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class MarksKillTest {
    private static final int REPORTS_BEFORE_THE_KILL = 20;

    @TempDir
    private Path directory;

    @RepeatedTest(3)
    @Timeout(120)
    void marksSurviveTheKillOfTheirProcess() throws Exception {
        Process child = ChildJvm.start(MarkingProcess.class, directory.toString());
        long reported = 0;
        try (BufferedReader reports = child.inputReader()) {
            for (int report = 0; report < REPORTS_BEFORE_THE_KILL; report++) {
                reported = Long.parseLong(reports.readLine());
            }
            child.toHandle().destroyForcibly(); // kills it, and lets its last reports be read
            for (String last = reports.readLine(); last != null; last = reports.readLine()) {
                reported = Long.parseLong(last);
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
        try (MappedMarks marks = MappedMarks.open(directory, MarkingProcess.BOOT, Disk.system())) {
            assertThat(marks.sameBoot()).isTrue();
            assertThat(marks.promised()).isGreaterThanOrEqualTo(reported);
            assertThat(marks.commit()).isBetween(marks.promised() - 1, marks.promised());
        }
    }
}
