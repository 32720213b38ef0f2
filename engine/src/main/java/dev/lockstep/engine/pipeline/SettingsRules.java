package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.transport.TransportSettings;
import dev.lockstep.transport.TransportSettings.Terms;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.agrona.BitUtil;

/** What settings must be like: finds all that is wrong with some, and says how to mend each. Used once. */
public final class SettingsRules {
    private static final int MAX_COMMAND_BYTES = 16 << 20;
    private static final int MAX_WINDOW = 1 << 20;
    private static final int MAX_SUBMITTERS = 4095;
    private static final long MAX_REPLIES_BYTES = 1 << 30;
    private static final int LEAST_HEARTBEATS = 3;
    private static final int MAX_PRIORITY = 10;
    private static final long MAX_DURATION_NS = Duration.ofDays(1).toNanos();
    /** The right ones follow from the other settings; with these nothing is said of them. */
    private static final Terms LARGEST_TERMS = new Terms(
            EngineSettings.MAX_TERM_BYTES,
            EngineSettings.MAX_TERM_BYTES,
            EngineSettings.MAX_TERM_BYTES,
            EngineSettings.MAX_TERM_BYTES);

    private final EngineSettings settings;
    private final List<String> mistakes;

    private SettingsRules(EngineSettings settings, List<String> mistakes) {
        this.settings = settings;
        this.mistakes = mistakes;
    }

    /**
     * Checks all settings but the member list, which was checked when it was read.
     *
     * @param settings what to check
     * @param mistakes takes all that is wrong
     */
    public static void check(EngineSettings settings, List<String> mistakes) {
        SettingsRules rules = new SettingsRules(settings, mistakes);
        rules.checkDirectory();
        rules.checkSubmitters();
        rules.checkFrames();
        rules.checkTimes();
    }

    private void checkDirectory() {
        if (settings.directory() == null) {
            mistakes.add("directory is not given; say where this node keeps its journal, on a disk of this machine");
        } else if (Files.exists(settings.directory()) && !Files.isDirectory(settings.directory())) {
            mistakes.add(
                    "directory is " + settings.directory() + ", which is a file; name a directory, or one to be made");
        }
    }

    private void checkSubmitters() {
        checkRange("maxSubmitters", settings.maxSubmitters(), 1, MAX_SUBMITTERS);
        boolean isReplySound = checkRange("maxReplyBytes", settings.maxReplyBytes(), 0, AppliedState.MAX_REPLY_BYTES);
        boolean isWindowSound = checkPowerOfTwo("window", settings.window(), 1, MAX_WINDOW);
        if (isReplySound && isWindowSound && !doRepliesFit(settings.window())) {
            mistakes.add("window is " + settings.window() + " and maxReplyBytes " + settings.maxReplyBytes()
                    + "; the replies of a window must fit 1 GiB: with such replies window may be "
                    + largestWindow());
        }
    }

    private boolean doRepliesFit(int window) {
        return SubmitterLane.repliesBytes(window, settings.maxReplyBytes()) <= MAX_REPLIES_BYTES;
    }

    private int largestWindow() {
        int window = settings.window();
        while (!doRepliesFit(window)) {
            window /= 2;
        }
        return window;
    }

    private void checkFrames() {
        FrameRules frames = new FrameRules(settings, mistakes);
        boolean isCommandSound = checkRange("maxCommandBytes", settings.maxCommandBytes(), 1, MAX_COMMAND_BYTES);
        boolean isRingSound = checkPowerOfTwo(
                "ringBytes", settings.ringBytes(), FrameRules.MIN_RING_BYTES, FrameRules.MAX_RING_BYTES);
        boolean isMtuSound = isSound(
                () -> TransportSettings.ofClient().withTerms(LARGEST_TERMS).withMtuBytes(settings.mtuBytes()));
        boolean isSegmentSound = isSound(() -> JournalSettings.DEFAULT.withSegmentBytes(settings.segmentBytes()));
        if (isSegmentSound) {
            isSound(() -> JournalSettings.DEFAULT
                    .withSegmentBytes(settings.segmentBytes())
                    .withMaxJournalBytes(settings.maxJournalBytes()));
        }
        if (isCommandSound && isRingSound) {
            frames.checkRing();
        }
        if (isCommandSound && isMtuSound && isSegmentSound) {
            frames.checkSegment();
        }
        if (isCommandSound && isMtuSound) {
            frames.checkTerm();
        }
    }

    /** Storage and transport know best what they take, and call it by the same names. */
    private boolean isSound(Runnable made) {
        try {
            made.run();
            return true;
        } catch (IllegalArgumentException e) {
            mistakes.add(e.getMessage());
            return false;
        }
    }

    private void checkTimes() {
        checkDuration("flushInterval", settings.flushIntervalNs(), 0);
        boolean isHeartbeatSound = checkDuration("heartbeat", settings.heartbeatNs(), 1);
        boolean isTimeoutSound = checkDuration("electionTimeout", settings.electionTimeoutNs(), 1);
        long least = settings.heartbeatNs() * LEAST_HEARTBEATS;
        if (isHeartbeatSound && isTimeoutSound && settings.electionTimeoutNs() < least) {
            mistakes.add("heartbeat is " + text(settings.heartbeatNs()) + " and electionTimeout "
                    + text(settings.electionTimeoutNs()) + "; at least three heartbeats must fit one timeout:"
                    + " shorten heartbeat to " + text(settings.electionTimeoutNs() / LEAST_HEARTBEATS)
                    + ", or lengthen electionTimeout to " + text(least));
        }
        checkDuration("submitTimeout", settings.submitTimeoutNs(), 1);
        checkDuration("ackTimeout", settings.ackTimeoutNs(), 1);
        checkRange("priority", settings.priority(), 0, MAX_PRIORITY);
    }

    private boolean checkRange(String setting, int value, int least, int most) {
        return check(
                value >= least && value <= most,
                setting + " is " + value + "; it must be from " + least + " to " + most);
    }

    private boolean checkPowerOfTwo(String setting, int value, int least, int most) {
        return check(
                value >= least && value <= most && BitUtil.isPowerOfTwo(value),
                setting + " is " + value + "; it must be a power of two from " + least + " to " + most);
    }

    private boolean checkDuration(String setting, long valueNs, long leastNs) {
        String least = leastNs == 0 ? "not be negative, nor" : "be positive, and not";
        return check(
                valueNs >= leastNs && valueNs <= MAX_DURATION_NS,
                setting + " is " + text(valueNs) + "; it must " + least + " longer than a day");
    }

    private boolean check(boolean isSound, String mistake) {
        if (!isSound) {
            mistakes.add(mistake);
        }
        return isSound;
    }

    /** @return a duration as it is written in properties, as far as it can be */
    private static String text(long ns) {
        if (Math.abs(ns / 2) > MAX_DURATION_NS) {
            return ns / 1_000_000_000 + "s"; // a number that counts such a one exactly says nothing
        }
        if (ns % 1_000_000 == 0) {
            return ns / 1_000_000 + "ms";
        }
        return ns % 1_000 == 0 ? ns / 1_000 + "us" : ns + "ns";
    }
}
