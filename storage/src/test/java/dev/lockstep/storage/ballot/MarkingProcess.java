package dev.lockstep.storage.ballot;

import dev.lockstep.storage.Disk;
import java.nio.file.Path;

/** Stores ever higher marks, promised always before commit, and says every so often how far it has come. */
final class MarkingProcess {
    static final BootId BOOT = new BootId(1, 2);

    private static final long STORES_A_REPORT = 100_000;

    private MarkingProcess() {}

    public static void main(String[] arguments) {
        try (MappedMarks marks = MappedMarks.open(Path.of(arguments[0]), BOOT, Disk.system())) {
            marks.rebind(0, 0);
            for (long index = 1; index > 0; index++) {
                marks.promised(index);
                marks.commit(index);
                if (index % STORES_A_REPORT == 0) {
                    System.out.println(index);
                }
            }
        }
    }
}
