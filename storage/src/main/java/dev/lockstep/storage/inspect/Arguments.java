package dev.lockstep.storage.inspect;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the inspector was asked.
 *
 * @param directory a node's directory, or its journal's
 * @param fromIndex the first index whose frame to print; 0 to print none
 * @param toIndex the last one
 * @param hex whether to print the commands too
 */
record Arguments(Path directory, long fromIndex, long toIndex, boolean hex) {
    static final String USAGE = """
            usage: java @jvm.options -cp CLASSPATH dev.lockstep.storage.inspect.Inspector DIRECTORY [OPTIONS]

            Reads and verifies a journal, and changes nothing; the node may be running.
              DIRECTORY          a node's directory, or that of its journal
              --frames FROM..TO  print the headers of the frames that hold these indexes; FROM alone prints one
              --hex              with --frames: print the commands too
              --help             print this, and do nothing else
            Exit code: 0 the journal is sound, 1 damage was found, 2 it could not be read.
            """;

    private static final Pattern RANGE = Pattern.compile("(\\d{1,18})(?:\\.\\.(\\d{1,18}))?");

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

    static Arguments parse(String... arguments) throws Misuse {
        Path directory = null;
        long[] range = {0, 0};
        boolean hex = false;
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals("--hex")) {
                hex = true;
            } else if (argument.equals("--frames")) {
                i++;
                range = parseRange(i < arguments.length ? arguments[i] : "");
            } else if (argument.startsWith("-")) {
                throw new Misuse("unknown option " + argument);
            } else if (directory != null) {
                throw new Misuse("one directory, not both " + directory + " and " + argument);
            } else {
                directory = parsePath(argument);
            }
        }
        if (directory == null) {
            throw new Misuse("no directory given");
        }
        if (hex && range[0] == 0) {
            throw new Misuse("--hex says how to print frames: say which with --frames");
        }
        return new Arguments(directory, range[0], range[1], hex);
    }

    private static long[] parseRange(String text) throws Misuse {
        Matcher matcher = RANGE.matcher(text);
        if (!matcher.matches()) {
            throw new Misuse("--frames takes indexes such as 100..120, not \"" + text + "\"");
        }
        long from = Long.parseLong(matcher.group(1));
        long to = matcher.group(2) == null ? from : Long.parseLong(matcher.group(2));
        if (from < 1 || to < from) {
            throw new Misuse("--frames takes indexes from 1 on, the smaller one first, not \"" + text + "\"");
        }
        return new long[] {from, to};
    }

    private static Path parsePath(String text) throws Misuse {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new Misuse("\"" + text + "\" cannot be a path: " + e.getReason());
        }
    }

    boolean wantsFrames() {
        return fromIndex > 0;
    }
}
