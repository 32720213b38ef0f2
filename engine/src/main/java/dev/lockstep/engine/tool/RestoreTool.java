package dev.lockstep.engine.tool;

import dev.lockstep.engine.BackupReport;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Restore;
import dev.lockstep.engine.RestoreReport;
import java.io.PrintStream;
import java.util.TreeMap;

/**
 * {@link Restore} from a shell: checks a backup, and makes a new cluster of it.
 *
 * <pre>{@code
 * java @jvm.options -cp CLASSPATH dev.lockstep.engine.tool.RestoreTool BACKUP TARGET --to-index 4711
 * }</pre>
 */
public final class RestoreTool {
    /** The exit code where it is done, and of help that was asked for. */
    public static final int DONE = 0;
    /** The exit code where it cannot be: nothing was restored. */
    public static final int REFUSED = 1;
    /** The exit code where the arguments make no sense. */
    public static final int MISUSED = 2;

    private RestoreTool() {}

    /**
     * Does what was asked for, and ends the process.
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
        if (RestoreArguments.askForHelp(arguments)) {
            out.print(RestoreArguments.USAGE);
            return DONE;
        }
        try {
            RestoreArguments asked = RestoreArguments.parse(arguments);
            if (asked.wantsRestore()) {
                print(out, restore(asked));
            } else {
                print(out, Restore.from(asked.backup()).check());
            }
            return DONE;
        } catch (RestoreArguments.Misuse misuse) {
            err.println(misuse.getMessage());
            err.print(RestoreArguments.USAGE);
            return MISUSED;
        } catch (EngineException e) {
            err.println(e.getMessage());
            return REFUSED;
        }
    }

    private static RestoreReport restore(RestoreArguments asked) {
        Restore restore = Restore.from(asked.backup());
        if (asked.toIndex() > 0) {
            restore.toIndex(asked.toIndex());
        }
        if (asked.members() != null) {
            restore.members(asked.members());
        }
        return restore.into(asked.target());
    }

    private static void print(PrintStream out, BackupReport report) {
        out.println("backup from-index=" + report.fromIndex() + " to-index=" + report.toIndex() + " snapshot-index="
                + report.snapshotIndex() + " bytes=" + report.bytes() + " cluster=" + report.cluster() + " epoch="
                + report.epoch());
    }

    private static void print(PrintStream out, RestoreReport report) {
        out.println("restored index=" + report.index() + " cluster=" + report.cluster() + " epoch=" + report.epoch()
                + " term=" + report.term());
        new TreeMap<>(report.directories())
                .forEach((name, directory) -> out.println("node name=" + name + " directory=" + directory));
    }
}
