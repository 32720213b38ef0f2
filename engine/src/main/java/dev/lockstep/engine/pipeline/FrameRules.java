package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.Replica;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.JournalSettings;
import java.util.List;
import org.agrona.BitUtil;

/** Whether the longest command, and the longest frame, pass wherever they must. Used once. */
final class FrameRules {
    /** A command may take this part of the ring. */
    private static final int RING_PART = 4;

    static final int MIN_RING_BYTES = RING_PART * Ingress.SLOT_BYTES;
    static final int MAX_RING_BYTES = 1 << 30;

    /** A frame may take this part of a segment. */
    private static final int SEGMENT_PART = 4;

    private static final int SEGMENT_UNIT_BYTES = 64 << 10;

    private final EngineSettings settings;
    private final List<String> mistakes;

    FrameRules(EngineSettings settings, List<String> mistakes) {
        this.settings = settings;
        this.mistakes = mistakes;
    }

    void checkRing() {
        int needed = RING_PART * (settings.maxCommandBytes() + IngressEntry.HEAD_BYTES);
        if (needed > settings.ringBytes()) {
            mistakes.add("ringBytes is " + settings.ringBytes() + " and maxCommandBytes " + settings.maxCommandBytes()
                    + "; a command with its head of " + IngressEntry.HEAD_BYTES
                    + " bytes must fit a quarter of the ring: raise ringBytes to "
                    + BitUtil.findNextPositivePowerOfTwo(needed) + ", or lower maxCommandBytes to "
                    + (settings.ringBytes() / RING_PART - IngressEntry.HEAD_BYTES));
        }
    }

    void checkSegment() {
        int longest = settings.maxFrameBytes();
        int room = JournalSettings.DEFAULT
                .withSegmentBytes(settings.segmentBytes())
                .maxFrameBytes();
        if (longest > room) {
            int needed = BitUtil.align(SEGMENT_PART * (longest + Frame.HEADER_LENGTH), SEGMENT_UNIT_BYTES);
            mistakes.add("segmentBytes is " + settings.segmentBytes() + " and maxCommandBytes "
                    + settings.maxCommandBytes() + "; the longest frame has " + longest
                    + " bytes then, and must fit a quarter of a segment: raise segmentBytes to " + needed);
        }
    }

    /** A node that listens nowhere sends nothing. */
    void checkTerm() {
        int longest = settings.maxFrameBytes() + Replica.APPEND_OVERHEAD;
        int room = settings.terms().logBytes() / EngineSettings.TERM_PART;
        if (isInCluster() && longest > room) {
            mistakes.add("maxCommandBytes is " + settings.maxCommandBytes() + ", and members is given; what is sent to"
                    + " them must fit an eighth of a term buffer, which has at most " + EngineSettings.MAX_TERM_BYTES
                    + " bytes: lower maxCommandBytes to " + longestSent(room));
        }
    }

    private boolean isInCluster() {
        return settings.members().members().stream().allMatch(ListedMember::isListening);
    }

    private static int longestSent(int room) {
        int entry = room - Replica.APPEND_OVERHEAD - Frame.lengthOfOne(0);
        return entry - entry % Integer.BYTES - EngineSettings.COMMAND_HEAD_BYTES;
    }
}
