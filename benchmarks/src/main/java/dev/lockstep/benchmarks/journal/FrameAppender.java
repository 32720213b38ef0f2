package dev.lockstep.benchmarks.journal;

import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.journal.Journal;
import java.util.Random;
import org.agrona.BufferUtil;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the sequencing thread does for a frame: encode, seal, reserve, append. Each frame carries one command. Owned by
 * the journal's writer.
 */
final class FrameAppender {
    private static final int CLOSE_AT_BYTES = 1408;
    private static final int MAX_COMMAND_BYTES = 64 << 10;

    private final Journal journal;
    private final IdleStrategy whileNoRoom;
    private final FrameEncoder encoder = new FrameEncoder(CLOSE_AT_BYTES, MAX_COMMAND_BYTES);
    private final UnsafeBuffer command = new UnsafeBuffer(BufferUtil.allocateDirectAligned(MAX_COMMAND_BYTES, 64));
    private long lastIndex;
    private int lastCrc;
    private long framesHeldUp;

    /**
     * @param journal where the frames go, behind what is there
     * @param whileNoRoom what to do when the journal has no room
     */
    FrameAppender(Journal journal, IdleStrategy whileNoRoom) {
        this.journal = journal;
        this.whileNoRoom = whileNoRoom;
        byte[] random = new byte[MAX_COMMAND_BYTES];
        new Random(1).nextBytes(random);
        command.putBytes(0, random);
        follow();
    }

    /** Goes on behind the journal's last frame, whoever appended it or cut behind it. */
    void follow() {
        lastIndex = journal.appended().index();
        lastCrc = journal.appended().crc();
    }

    void append(int commandBytes) {
        encoder.start(FrameType.COMMANDS)
                .term(1)
                .after(lastIndex, lastCrc)
                .clusterTimeNs(lastIndex)
                .stateMachineVersion(1);
        encoder.add(command, 0, commandBytes);
        encoder.seal();
        int length = encoder.length();
        if (!journal.reserve(length)) {
            awaitRoom(length);
        }
        journal.append(encoder.buffer(), 0, length);
        lastIndex = encoder.lastIndex();
        lastCrc = encoder.crc();
    }

    private void awaitRoom(int length) {
        framesHeldUp++;
        whileNoRoom.reset();
        while (!journal.reserve(length)) {
            whileNoRoom.idle();
        }
    }

    /** @return the frames that had to wait for room */
    long framesHeldUp() {
        return framesHeldUp;
    }

    /** @return the bytes that a frame with a command of this length takes */
    static int frameBytes(int commandBytes) {
        return Frame.lengthOfOne(commandBytes);
    }
}
