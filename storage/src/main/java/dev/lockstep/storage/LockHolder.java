package dev.lockstep.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Who says to hold a directory. Immutable.
 *
 * @param processId the process
 * @param started when it started, as far as the system says; process ids repeat, in containers at every start
 * @param host the machine or container that the id belongs to
 */
record LockHolder(long processId, Instant started, String host) {
    /** Stands for a start time that the system does not say. */
    private static final Instant NOT_SAID = Instant.EPOCH;
    /** A start time is reckoned from the wall clock, which may have been set since. */
    private static final Duration CLOCK_STEP = Duration.ofSeconds(10);

    private static final Path KERNEL_HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final int ENCODED_LENGTH = 512;

    static LockHolder thisProcess() {
        ProcessHandle self = ProcessHandle.current();
        return new LockHolder(self.pid(), startOf(self), hostName());
    }

    /** @return the same length for every holder, so that writing it over another one needs no room on the disk */
    byte[] encode() {
        return padded((processId + "\n" + started + "\n" + host + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** @return what stands there when nobody holds the directory */
    static byte[] encodeNobody() {
        return padded(new byte[0]);
    }

    private static byte[] padded(byte[] text) {
        byte[] encoded = new byte[ENCODED_LENGTH];
        Arrays.fill(encoded, (byte) '\n');
        System.arraycopy(text, 0, encoded, 0, Math.min(text.length, ENCODED_LENGTH));
        return encoded;
    }

    /** @return the holder; nothing if nobody is named, or not readably */
    static Optional<LockHolder> decode(byte[] encoded) {
        List<String> lines = new String(encoded, StandardCharsets.UTF_8).lines().toList();
        if (lines.size() < 3) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LockHolder(Long.parseLong(lines.get(0)), Instant.parse(lines.get(1)), lines.get(2)));
        } catch (NumberFormatException | DateTimeParseException notReadable) {
            return Optional.empty();
        }
    }

    /** @return whether it is sure to be dead; of another machine's process nothing is sure */
    boolean isGone() {
        if (!host.equals(hostName())) {
            return false;
        }
        return ProcessHandle.of(processId).map(this::isSomebodyElse).orElse(true);
    }

    private boolean isSomebodyElse(ProcessHandle process) {
        Instant itsStart = startOf(process);
        if (started.equals(NOT_SAID) || itsStart.equals(NOT_SAID)) {
            return false;
        }
        return Duration.between(started, itsStart).abs().compareTo(CLOCK_STEP) > 0;
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(NOT_SAID);
    }

    /** Never asks the network, which may not answer for seconds. */
    private static String hostName() {
        try {
            return Files.readString(KERNEL_HOST_NAME).strip();
        } catch (IOException otherSystem) {
            return System.getenv().getOrDefault("COMPUTERNAME", System.getenv().getOrDefault("HOSTNAME", "localhost"));
        }
    }

    @Override
    public String toString() {
        String since = started.equals(NOT_SAID) ? "" : " (started " + started + ")";
        return "process " + processId + since + " on host " + host;
    }
}
