package dev.lockstep.storage.inspect;

import dev.lockstep.storage.Platform;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.backup.Backup;
import dev.lockstep.storage.journal.JournalInspection;
import java.io.PrintStream;

/**
 * Shows what is in a node's journal, and says precisely what is damaged where. It only reads and takes no lock, so it
 * may be run beside a living node.
 *
 * <pre>{@code
 * java @jvm.options -cp lockstep-storage.jar:agrona.jar dev.lockstep.storage.inspect.Inspector DIRECTORY
 * }</pre>
 */
public final class Inspector {
    /** The exit code of a sound journal, and of help that was asked for. */
    public static final int SOUND = 0;
    /** The exit code when damage was found. */
    public static final int DAMAGED = 1;
    /** The exit code when nothing can be said: wrong arguments, or a journal that cannot be read. */
    public static final int UNREADABLE = 2;

    private Inspector() {}

    /**
     * Prints what was asked for and ends the process.
     *
     * @param arguments see the usage, which {@code --help} prints
     */
    public static void main(String[] arguments) {
        int exitCode = run(System.out, System.err, arguments);
        System.out.flush();
        System.exit(exitCode);
    }

    /** @return the exit code */
    static int run(PrintStream out, PrintStream err, String... arguments) {
        if (Arguments.askForHelp(arguments)) {
            out.print(Arguments.USAGE);
            return SOUND;
        }
        try {
            Platform.check(); // whatever is read needs the flags
            Arguments asked = Arguments.parse(arguments);
            if (Backup.isAt(asked.directory())) {
                err.println("there is no journal in " + asked.directory() + ", which holds a backup: restore it to a"
                        + " directory that is not there yet, and look into that one");
                return UNREADABLE;
            }
            JournalInspection inspection = JournalInspection.of(asked.directory());
            InspectionReport report = new InspectionReport(inspection, out);
            report.print();
            if (asked.wantsFrames()) {
                report.printFrames(asked);
            }
            return inspection.damage().isEmpty() ? SOUND : DAMAGED;
        } catch (Arguments.Misuse misuse) {
            err.println(misuse.getMessage());
            err.print(Arguments.USAGE);
            return UNREADABLE;
        } catch (StorageException e) {
            err.println(e.getMessage());
            return UNREADABLE;
        }
    }
}
