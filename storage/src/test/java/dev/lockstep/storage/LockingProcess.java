package dev.lockstep.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Tries to take the directory it is given, says how that went, and keeps it until its standard input ends. */
final class LockingProcess {
    static final String HELD = "held";

    private LockingProcess() {}

    public static void main(String[] arguments) throws IOException {
        try {
            DirectoryLock lock = DirectoryLock.acquire(Path.of(arguments[0]));
            System.out.println(HELD);
            System.in.transferTo(OutputStream.nullOutputStream());
            lock.close();
        } catch (StorageException.InUse inUse) {
            System.out.println(inUse.getMessage());
        }
    }
}
