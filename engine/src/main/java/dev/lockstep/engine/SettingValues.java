package dev.lockstep.engine;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads values as they are written in properties; each throws {@link IllegalArgumentException}, which says how that is. */
final class SettingValues {
    private static final Pattern BYTES = Pattern.compile("(\\d{1,10})([kmg]?)", Pattern.CASE_INSENSITIVE);
    private static final Pattern EVERY = Pattern.compile("(\\d{1,12})([kmg]?)", Pattern.CASE_INSENSITIVE);
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,9}");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(us|ms|s)");

    private SettingValues() {}

    static String text(String written) {
        return written;
    }

    static Path path(String written) {
        try {
            return Path.of(written);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("that is no path: " + e.getReason(), e);
        }
    }

    static int number(String written) {
        if (!NUMBER.matcher(written).matches()) {
            throw new IllegalArgumentException("a whole number is written in digits");
        }
        return Integer.parseInt(written);
    }

    static int bytes(String written) {
        long bytes = bytes(written, BYTES);
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("no size is 2g or more");
        }
        return (int) bytes;
    }

    /** What may be longer than anything in memory. */
    static long manyBytes(String written) {
        return bytes(written, EVERY);
    }

    /** @return so many; as many as can be counted if there are more */
    private static long bytes(String written, Pattern pattern) {
        Matcher parts = pattern.matcher(written);
        if (!parts.matches()) {
            throw new IllegalArgumentException("a size is written in bytes, or with k, m or g, as 32m");
        }
        int shift = shift(parts.group(2));
        long units = Long.parseLong(parts.group(1));
        return units > Long.MAX_VALUE >> shift ? Long.MAX_VALUE : units << shift;
    }

    private static int shift(String unit) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
        };
    }

    static Snapshot snapshots(String written) {
        if (written.equals("never")) {
            return Snapshot.never();
        }
        Matcher parts = EVERY.matcher(written);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "snapshots are taken never, each so many commands, as 1000000, or each so"
                            + " many bytes of log, as 512m");
        }
        long count = Long.parseLong(parts.group(1));
        int shift = shift(parts.group(2));
        if (count > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("no log is as long as that; to take none write never");
        }
        return parts.group(2).isEmpty() ? Snapshot.every(count) : Snapshot.everyBytes(count << shift);
    }

    static Duration duration(String written) {
        Matcher parts = DURATION.matcher(written);
        if (!parts.matches()) {
            throw new IllegalArgumentException("a duration is written with us, ms or s, as 300ms");
        }
        ChronoUnit unit = switch (parts.group(2)) {
            case "us" -> ChronoUnit.MICROS;
            case "ms" -> ChronoUnit.MILLIS;
            default -> ChronoUnit.SECONDS;
        };
        return Duration.of(Long.parseLong(parts.group(1)), unit);
    }

    /** Whoever writes busySpin, busy_spin or BUSY_SPIN means the same. */
    static <E extends Enum<E>> E oneOf(Class<E> type, String written) {
        for (E each : type.getEnumConstants()) {
            if (plain(each.name()).equals(plain(written))) {
                return each;
            }
        }
        throw new IllegalArgumentException("it is one of "
                + Stream.of(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", ")));
    }

    /** @return a word without what two ways of writing it differ in */
    static String plain(String word) {
        return word.replaceAll("[._-]", "").toLowerCase(Locale.ROOT);
    }
}
