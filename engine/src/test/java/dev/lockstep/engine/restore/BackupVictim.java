package dev.lockstep.engine.restore;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.Restore;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that backs its node up again and again while commands come, and restores each backup, until it is killed. */
final class BackupVictim {
    private BackupVictim() {}

    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        Engine engine = Summed.start(root.resolve("node"));
        Summed.addBeyondSnapshot(engine);
        System.out.println("ready");
        System.out.flush();
        Thread load = new Thread(
                () -> {
                    while (true) {
                        Summed.addOne(engine);
                    }
                },
                "load");
        load.setDaemon(true);
        load.start();
        for (int number = 0; ; number++) {
            Path backup = root.resolve("backup" + number);
            engine.backup(backup).join();
            Path restored = Files.createDirectory(root.resolve("restored" + number));
            Restore.from(backup).into(restored);
        }
    }
}
