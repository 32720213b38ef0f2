package dev.lockstep.engine.tool;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What a restore was asked for.
 *
 * @param backup where the backup lies
 * @param target where to; null to check the backup and do nothing else
 * @param toIndex the last index wanted; 0 for all of it
 * @param members the new cluster's members; null for a node that is alone
 */
record RestoreArguments(Path backup, Path target, long toIndex, String members) {
    static final String USAGE = """
            usage: java @jvm.options -cp CLASSPATH dev.lockstep.engine.tool.RestoreTool BACKUP [TARGET] [OPTIONS]

            Checks a backup from end to end, and makes a new cluster of it. Run it once, for all nodes: each
            run makes another cluster. Stop the old one first.
              BACKUP          the directory that Engine.backup has written; nothing in it is changed
              TARGET          an empty directory, or none yet in one that exists; without it BACKUP is only checked
              --to-index N    as it was behind index N, the last one that is kept; otherwise all of it
              --members LIST  a=host:port,b=host:port,... : TARGET/a, TARGET/b, ... are for these nodes. Otherwise
                              TARGET is of a node that is alone: start it without node and members
              --help          print this, and do nothing else
            Exit code: 0 it is done, 1 it cannot be, and nothing was restored, 2 the arguments make no sense.
            """;

    /** What was asked makes no sense; the message says why. */
    static final class Misuse extends Exception {
        private static final long serialVersionUID = 1;

        Misuse(String message) {
            super(message);
        }
    }

    /** @return whether the usage was asked for, whatever else was */
    static boolean askForHelp(String... arguments) {
        return Arrays.asList(arguments).contains("--help");
    }

    static RestoreArguments parse(String... arguments) throws Misuse {
        Path backup = null;
        Path target = null;
        long toIndex = 0;
        String members = null;
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals("--to-index")) {
                i++;
                toIndex = parseIndex(i < arguments.length ? arguments[i] : "");
            } else if (argument.equals("--members")) {
                i++;
                members = parseMembers(i < arguments.length ? arguments[i] : "");
            } else if (argument.startsWith("-")) {
                throw new Misuse("unknown option " + argument);
            } else if (backup == null) {
                backup = parsePath(argument);
            } else if (target == null) {
                target = parsePath(argument);
            } else {
                throw new Misuse("a backup and a target, and not " + argument + " too");
            }
        }
        if (backup == null) {
            throw new Misuse("no backup given");
        }
        if (target == null && (toIndex != 0 || members != null)) {
            throw new Misuse("--to-index and --members say what to restore: say where to");
        }
        return new RestoreArguments(backup, target, toIndex, members);
    }

    private static long parseIndex(String text) throws Misuse {
        if (!text.matches("[1-9][0-9]{0,17}")) {
            throw new Misuse("--to-index takes an index such as 4711, not \"" + text + "\"");
        }
        return Long.parseLong(text);
    }

    /** What is wrong with a list the restore says. */
    private static String parseMembers(String text) throws Misuse {
        if (text.isBlank() || text.startsWith("-")) {
            throw new Misuse("--members takes a list such as a=10.0.0.1:9000,b=10.0.0.2:9000, not \"" + text + "\"");
        }
        return text;
    }

    private static Path parsePath(String text) throws Misuse {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new Misuse("\"" + text + "\" cannot be a path: " + e.getReason());
        }
    }

    boolean wantsRestore() {
        return target != null;
    }
}
